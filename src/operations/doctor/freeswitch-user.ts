import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Who a process is to the file system. */
export type ProcessUser = { uid: number; gids: readonly number[] };

/** FreeSWITCH's, on this machine; null: this system does not tell (only Linux does, proc(5)), or not us. */
export function freeSwitchUser(runFolder: string): ProcessUser | null {
  try {
    const pid = Number.parseInt(readFileSync(join(runFolder, 'freeswitch.pid'), 'utf8'), 10);
    return userIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/** Of the four numbers of a line, the last is the one that files are reached with. */
export function userIn(status: string): ProcessUser | null {
  const numbers = (name: string): number[] =>
    (new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '')
      .split(/\s+/)
      .filter((text) => text !== '')
      .map(Number);
  const [uid, gid] = [numbers('Uid').at(3), numbers('Gid').at(3)];
  return uid === undefined || gid === undefined ? null : { uid, gids: [gid, ...numbers('Groups')] };
}

/** The folder at or above this one that keeps the user from making files in it, by the modes of all; null: none, as far as they tell. */
export function keptOutBy(folder: string, user: ProcessUser): string | null {
  if (user.uid === 0) return null;
  const above: string[] = [];
  for (let at = resolve(folder); at !== dirname(at); at = dirname(at)) above.unshift(dirname(at));
  return above.find((one) => !may(user, statSync(one), 0o1)) ?? (may(user, statSync(folder), 0o3) ? null : folder);
}

const may = ({ uid, gids }: ProcessUser, { mode, uid: owner, gid }: Stats, bits: number): boolean => {
  const shift = owner === uid ? 6 : gids.includes(gid) ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
};
