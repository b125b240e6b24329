import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from '../../words/thrown.ts';

/** A backup in a folder of backups. */
export type KeptBackup = { file: string; bytes: number; takenAtMs: number };

/** Controllers may share a folder: each looks after its own. */
const beginning = (controller: string): string => `billing-codes-${controller.replace(/[^\w.-]/g, '_')}-`;

const stamped = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/;

/** `20260131T235959Z`: sorts as the moments do, and is a name everywhere. */
export const stamp = (atMs: number): string => new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** `billing-codes-NAME-20260131T235959Z.db` */
export const backupName = (controller: string, atMs: number): string => `${beginning(controller)}${stamp(atMs)}.db`;

/** The backups of this controller, the newest first; none where the folder is not there. Throws where it cannot be read. */
export function listBackups(folder: string, controller: string): KeptBackup[] {
  const first = beginning(controller);
  return namesIn(folder)
    .flatMap((name) => {
      const takenAtMs = name.startsWith(first) ? momentOf(name.slice(first.length)) : null;
      const file = join(folder, name);
      return takenAtMs === null ? [] : [{ file, bytes: statSync(file).size, takenAtMs }];
    })
    .sort((one, other) => other.takenAtMs - one.takenAtMs);
}

function momentOf(text: string): number | null {
  const parts = stamped.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? null : ms;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
