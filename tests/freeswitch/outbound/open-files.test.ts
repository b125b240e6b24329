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

it('a controller that runs out of open files refuses connections, says so, and takes calls again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-files-'));
  const args = ['start', '--esl-port', '0', '--data-dir', folder];
  const line = 'ulimit -n 160; exec "$0" "$@"';
  const child = spawn('bash', ['-c', line, runtime, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  try {
    const port = await eventually(
      () => Promise.resolve(Number(/FreeSWITCH on 127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? 0) || null),
      20_000,
    );
    const ends: string[] = [];
    for (let connection = 0; connection < 250; connection += 1) ends.push(await open(port));
    // None was accepted to be closed: FreeSWITCH would not go on to its next controller then.
    expect(new Set(ends)).toEqual(new Set(['served', 'ECONNREFUSED']));
    expect(ends.filter((end) => end === 'served')).toHaveLength(160 - 64);
    expect(output).toContain('open files (ulimit -n) leave room for (96) are open');
    for (const socket of held) socket.destroy();
    await eventually(() =>
      ordinaryCall(port, randomUUID()).then(
        () => true,
        () => null,
      ),
    );
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
});
