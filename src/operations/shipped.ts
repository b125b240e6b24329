import { join } from 'node:path';

/** Where this program is. */
export const programFolder = join(import.meta.dirname, '..', '..');

/** What we ship for FreeSWITCH. */
export const freeswitchConf = join(programFolder, 'freeswitch-conf');
