import type { Format } from './format.ts';

/** One setting: what it is for, what values it takes, and its default. */
export type Setting<T> = {
  /** Ends without a full stop. */
  doc: string;
  format: Format<T>;
  default: T;
  /** Masked wherever settings are shown. */
  sensitive?: true;
  /** The key that it had before: still read, with a warning. */
  formerly?: string;
};

export function setting<T>(doc: string, format: Format<T>, value: NoInfer<T>): Setting<T> {
  return { doc, format, default: value };
}

export function secret<T>(doc: string, format: Format<T>, value: NoInfer<T>): Setting<T> {
  return { ...setting(doc, format, value), sensitive: true };
}

export function renamed<T>(formerly: string, renamedSetting: Setting<T>): Setting<T> {
  return { ...renamedSetting, formerly };
}
