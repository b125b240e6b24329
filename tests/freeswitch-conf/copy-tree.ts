import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const freeswitchConf = join(import.meta.dirname, '..', '..', 'freeswitch-conf');

/** The settings of vars_billing.xml by name, as the preprocessor reads them: one a line. */
export function settingsOf(text: string): Map<string, string> {
  const lines = text.matchAll(/^\s*<X-PRE-PROCESS cmd="set" data="(billing_[a-z0-9_]+)=([^"]*)"\/>$/gm);
  return new Map(Array.from(lines, ([, name, value]) => [name ?? '', value ?? '']));
}

/**
 * Lays freeswitch-conf out in a folder, as an installer would, with the values that are given: names as in vars_billing.xml,
 * without `billing_`. Throws where a name is not in that file. Start it with `freeswitch -conf <folder>`.
 */
export function copyTree(folder: string, values: Record<string, string>): void {
  cpSync(freeswitchConf, folder, { recursive: true });
  const file = join(folder, 'vars_billing.xml');
  let text = readFileSync(file, 'utf8');
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`data="billing_${name}=[^"]*"`);
    if (!line.test(text)) throw new Error(`vars_billing.xml has no billing_${name}`);
    text = text.replace(line, () => `data="billing_${name}=${value}"`);
  }
  writeFileSync(file, text);
}
