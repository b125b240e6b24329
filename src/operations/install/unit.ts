import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { programFolder } from '../shipped.ts';

/** The unit that we ship, for where things are here. */
export function unitText(program: string, node: string, settingsFile: string, { data, backup, cdr }: Config): string {
  const shipped = readFileSync(join(programFolder, 'scripts', 'systemd', 'billing-codes.service'), 'utf8');
  return shipped
    .replace(/^WorkingDirectory=.*$/m, `WorkingDirectory=${program}`)
    .replace(/^ExecStart=.*$/m, `ExecStart=${node} scripts/run.mjs start`)
    .replace(/^Environment=BILLING_CONFIG=.*$/m, `Environment=BILLING_CONFIG=${settingsFile}`)
    .replace(/^ReadWritePaths=.*$/m, `ReadWritePaths=${writable([cdr.dir, data.dir, backup.dir])}`);
}

/** Besides StateDirectory=, which is the service's in any case; `-`: it need not be there. */
const writable = (folders: readonly string[]): string =>
  [...new Set(folders)]
    .filter((folder) => folder.startsWith('/') && !`${folder}/`.startsWith('/var/lib/billing-codes/'))
    .map((folder) => `-${folder}`)
    .join(' ');
