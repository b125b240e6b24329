import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { main, runtime } from '../../scripts/program.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';

let folder: string;
let data: string;
let disk: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-read-only-'));
  data = join(folder, 'data');
  disk = join(folder, 'disk');
  mkdirSync(disk);
  const store = await openLocalStore({ file: join(data, 'billing-codes.db') });
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs in mounts of its own, which end with it, where `disk` is a disk that is read-only. */
function ranWith(command: string, args: string[]) {
  const mounted = 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"';
  return spawnSync('unshare', ['--mount', 'sh', '-c', mounted, disk, command, ...args], { encoding: 'utf8' });
}

const mayMount = process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true']).status === 0;

(mayMount ? it : it.skip).each([
  ['backup', (): string[] => ['--data-dir', data, '--backup-dir', join(disk, 'backups', 'nightly')]],
  ['start', (): string[] => ['--data-dir', join(disk, 'billing', 'data'), '--esl-port', '0', '--console-port', '-1']],
  ['restore', (): string[] => [join(data, 'billing-codes.db'), '--data-dir', join(disk, 'billing', 'data')]],
])('%s on a disk that is read-only says so, and not that something is missing', (command, args) => {
  const ran = ranWith(runtime, [main, command, ...args()]);
  expect({ ...ran, lines: ran.stderr.split('\n').length }).toMatchObject({ status: 1, stdout: '', lines: 2 });
  expect(ran.stderr).toContain('read-only');
  expect(ran.stderr).not.toContain('no such file');
});
