import { schema } from './schema.ts';
import type { Setting } from './setting.ts';

/** A setting and the key that a file, a variable or a flag gives it by. */
export type KeyedSetting = { key: string; setting: Setting<unknown> };

/** All settings with their keys (`esl.port`), in the order of the schema. */
export function settings(): KeyedSetting[] {
  return Object.entries(schema).flatMap(([group, members]) =>
    Object.entries(members).map(([name, setting]) => ({
      key: `${group}.${name}`,
      setting: setting as Setting<unknown>,
    })),
  );
}

/** Keys that settings had before, each with the setting's present key. */
export function formerKeys(): ReadonlyMap<string, string> {
  return new Map(
    settings().flatMap(({ key, setting }) => (setting.formerly === undefined ? [] : [[setting.formerly, key]])),
  );
}

/** `dialPlan.countryCode` → `BILLING_DIAL_PLAN_COUNTRY_CODE` */
export function environmentNameOf(key: string): string {
  return `BILLING_${words(key).join('_').toUpperCase()}`;
}

/** `dialPlan.countryCode` → `dial-plan-country-code` */
export function flagOf(key: string): string {
  return words(key).join('-');
}

function words(key: string): string[] {
  return key
    .replace(/([a-z])([A-Z0-9])/g, '$1.$2')
    .toLowerCase()
    .split(/[.-]/);
}
