import { existsSync, statSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { isKnownToAll } from '../known-passwords.ts';
import { allOf, fault, warning, type Finding } from './finding.ts';

/** Ours takes it from vars_billing.xml; beside another configuration, that one's event_socket.conf.xml stays. */
export const passwordAdvice =
  'set freeswitch.password here, and in FreeSWITCH billing_event_socket_password in vars_billing.xml (in a configuration that is not all ours: ' +
  'password in event_socket.conf.xml), to one of your own';

/** Passwords and billing codes: `files` have some in them. */
export function examineSecrets({ cdr, freeswitch, http }: Config, files: readonly string[]): Finding[] {
  const wrong: Finding[] = [];
  if (freeswitch.host !== '' && isKnownToAll(freeswitch.password)) {
    wrong.push(fault('secrets', 'freeswitch.password is one that everybody knows', passwordAdvice));
  }
  if (cdr.password === 'CHANGE-ME')
    wrong.push(
      fault(
        'secrets',
        'cdr.password is still CHANGE-ME',
        'set it, and billing_cdr_password in vars_billing.xml, to one of your own',
      ),
    );
  if (http.port !== -1 && !['127.0.0.1', '::1', 'localhost'].includes(http.host)) {
    wrong.push(
      warning(
        'secrets',
        `/metrics and /healthz answer anybody who reaches ${http.host}:${http.port} (http.host)`,
        'see that a firewall lets only your monitoring and FreeSWITCH through',
      ),
    );
  }
  wrong.push(...files.filter(isReadByAll).map(readByAll));
  return allOf('secrets', wrong, 'no password is one that everybody knows');
}

/** Windows has no such bits: its rights are those of the folder. */
const isReadByAll = (file: string): boolean =>
  process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o004) !== 0;

const readByAll = (file: string): Finding =>
  warning('secrets', `every user of this machine may read ${file}, which has secrets in it`, `chmod o-rwx ${file}`);
