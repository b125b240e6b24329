import { settings } from '../config/keys.ts';
import type { Config } from '../config/schema.ts';
import type { ShownSetting } from '../web/parts.ts';

/** Every setting as it counts, and where it was given; secrets are masked. */
export function shownSettings(config: Config, origins: ReadonlyMap<string, string>): ShownSetting[] {
  const groups = config as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return settings().map(({ key, setting }) => {
    const [group = '', name = ''] = key.split('.');
    const value = groups[group]?.[name];
    return { key, doc: setting.doc, from: origins.get(key) ?? '', value: valueText(value, setting.sensitive === true) };
  });
}

function valueText(value: unknown, isSecret: boolean): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return isSecret && text !== '' ? '••••••••' : text;
}
