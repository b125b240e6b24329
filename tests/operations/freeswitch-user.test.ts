import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { keptOutBy, userIn } from '../../src/operations/doctor/freeswitch-user.ts';

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-rights-'));
  folder = join(base, 'cdrs');
  mkdirSync(folder);
  chmodSync(base, 0o755);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it('FreeSWITCH is to the file system what the last numbers of its status say', () => {
  const status = 'Name:\tfreeswitch\nUid:\t0\t0\t0\t998\nGid:\t0\t0\t0\t997\nFDSize:\t64\nGroups:\t5 997 1001 \n';
  expect(userIn(status)).toEqual({ uid: 998, gids: [997, 5, 997, 1001] });
  expect(userIn('Name:\tfreeswitch\n')).toBeNull();
});

it.each([
  ['nobody else', 0o700, false, false],
  ['its group', 0o2770, true, false],
  ['its group, to read', 0o2750, false, false],
  ['everybody', 0o777, true, true],
])('a folder that is for %s', (_who, mode, groupMay, othersMay) => {
  chmodSync(folder, mode);
  const { uid, gid } = statSync(folder);
  const stranger = uid + 40_000;
  expect(keptOutBy(folder, { uid: uid === 0 ? 0 : uid, gids: [] })).toBeNull();
  expect(keptOutBy(folder, { uid: stranger, gids: [gid + 1, gid] })).toBe(groupMay ? null : folder);
  expect(keptOutBy(folder, { uid: stranger, gids: [gid + 1] })).toBe(othersMay ? null : folder);
});

it('a folder that is below one which nobody else may enter', () => {
  chmodSync(folder, 0o777);
  chmodSync(base, 0o700);
  const { uid, gid } = statSync(folder);
  expect(keptOutBy(folder, { uid: uid + 40_000, gids: [gid + 1] })).toBe(base);
});
