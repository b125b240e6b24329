import { existsSync } from 'node:fs';
import { linux, windows } from '../operations/install/places.ts';

const name = 'billing-codes.json';

/**
 * The configuration file where neither `--config` nor BILLING_CONFIG names one: that of this folder, or else that of what is installed
 * on this machine, so that commands see the codes and calls that its service does. Null: there is neither.
 */
export function configFileHere(
  isThere: (file: string) => boolean = existsSync,
  platform = process.platform,
): string | null {
  const { settings } = platform === 'win32' ? windows : linux;
  return [name, `${settings}/${name}`].find(isThere) ?? null;
}
