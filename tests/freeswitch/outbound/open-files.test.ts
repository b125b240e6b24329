import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { main, runtime } from '../../../scripts/program.ts';
import { eventually } from '../../support/controller.ts';
import { ordinaryCall } from './peer.ts';

const held: Socket[] = [];

/** How a connection comes out that nobody says anything on: refused, or closed by the controller after it was accepted, or open. */
async function open(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    held.push(socket);
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.on('data', () => resolve('served'));
    socket.on('close', () => resolve('closed'));
  });
}

/** A controller that may have 160 files open, while `use` has it. */
async function withFewFiles(
  flags: readonly string[],
  use: (output: () => string, port: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-files-'));
  const args = ['start', '--esl-port', '0', '--data-dir', folder, ...flags];
  const line = 'ulimit -n 160; exec "$0" "$@"';
  const child = spawn('bash', ['-c', line, runtime, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  try {
    await use(() => output, await portIn(() => output, /FreeSWITCH on 127\.0\.0\.1:(\d+)/));
  } finally {
    for (const socket of held.splice(0)) socket.destroy();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

const portIn = (output: () => string, pattern: RegExp): Promise<number> =>
  eventually(() => Promise.resolve(Number(pattern.exec(output())?.[1] ?? 0) || null), 20_000);

it('a controller that runs out of open files refuses connections, says so, and takes calls again', async () => {
  await withFewFiles(['--console-port', '-1', '--http-port', '-1'], async (output, port) => {
    const ends: string[] = [];
    for (let connection = 0; connection < 250; connection += 1) ends.push(await open(port));
    // None was accepted to be closed: FreeSWITCH would not go on to its next controller then.
    expect(new Set(ends)).toEqual(new Set(['served', 'ECONNREFUSED']));
    expect(ends.filter((end) => end === 'served')).toHaveLength(160 - 64 - 20 - 5);
    expect(output()).toContain('open files (ulimit -n) leave room for (71) are open');
    for (const socket of held) socket.destroy();
    await eventually(() =>
      ordinaryCall(port, randomUUID()).then(
        () => true,
        () => null,
      ),
    );
  });
});

it('whoever connects to its console and its HTTP takes no open file of a call', async () => {
  await withFewFiles(['--console-port', '0', '--http-port', '0'], async (output, port) => {
    const console = await portIn(output, /web console on http:\/\/127\.0\.0\.1:(\d+)/);
    const http = await portIn(output, /answering HTTP on 127\.0\.0\.1:(\d+)/);
    const connected: Socket[] = [];
    for (const at of [console, http]) {
      for (let connection = 0; connection < 250; connection += 1) connected.push(await silent(at));
    }
    held.push(...connected);
    await eventually(() =>
      Promise.resolve(/console: \d+ connections were turned away: 20 are open/.test(output()) ? true : null),
    );
    expect(output()).toMatch(/HTTP: \d+ connections were turned away: 5 are open/);
    const ends: string[] = [];
    for (let connection = 0; connection < 71; connection += 1) ends.push(await open(port));
    expect(new Set(ends)).toEqual(new Set(['served']));
  });
});

/** Connected, and says nothing. */
const silent = (port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.on('error', () => resolve(socket));
  });
