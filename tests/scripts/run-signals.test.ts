import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runtime } from '../../scripts/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runner = join(import.meta.dirname, '..', '..', 'scripts', 'run.mjs');
/** What was signalled before it was asked comes first: where it hears of both at once, a signal may come with the next turn of its loop. */
const program = `process.on('SIGINT', () => console.log('told'));
process.stdin.on('data', () => setImmediate(setImmediate, () => { console.log('asked'); process.exit(7); }));
console.log('up');`;
/** Of the runner, which says that it has heard a signal. */
const preload = (platform: string): string =>
  `--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'});` +
  `process.on('SIGUSR2',()=>console.log('heard'))`;

/**
 * What is said by a program that `run.mjs` runs on such a platform. Once it is up, the runner alone gets Ctrl-C; the program is asked to end once
 * it says that it was told, or, where it is not to be, once the runner has heard the next signal.
 */
function said(platform: string, until: 'told' | 'heard'): Promise<{ code: number | null; text: string }> {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const child = spawn(runtime, [runner, '--file', file], {
    env: { ...process.env, NODE_OPTIONS: preload(platform) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  let text = '';
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    lines.on('line', (line) => {
      if (line === 'up') {
        child.kill('SIGINT');
        if (until === 'heard') child.kill('SIGUSR2');
      }
      if (line !== 'heard') text += `${line} `;
      if (line === until) child.stdin.write('end\n');
    });
    child.on('close', (code) => resolve({ code, text }));
  });
}

it('passes a signal that it alone gets on to what it runs', async () => {
  expect(await said('linux', 'told')).toEqual({ code: 7, text: 'up told asked ' });
});

it('passes none on where it would kill: on Windows, Ctrl-C reaches both, and so does the end of a service', async () => {
  expect(await said('win32', 'heard')).toEqual({ code: 7, text: 'up asked ' });
});
