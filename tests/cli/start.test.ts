import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { main, runtime } from '../../scripts/program.ts';
import { run, start } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('billing-codes start', () => {
  it('serves a call of billing-codes call, with a code added while it runs, and stops on SIGTERM', async () => {
    const port = String((await freePorts(1))[0]);
    const env = { BILLING_DATA_DIR: folder, BILLING_ESL_PORT: port, BILLING_CONSOLE_PORT: '-1' };
    const controller = start(['start', '--log-format', 'json'], env);
    await controller.until(`Listening for FreeSWITCH on 127.0.0.1:${port}.`);

    expect(await run(['accounts', 'add', '--code', '12345', '--name', 'Smith & Co'], env)).toMatchObject({ code: 0 });
    const called = await run([
      ...['call', '--esl-port', port, '--dial', '9', '--keys', '12345**8016424655#'],
      ...['--talk', '200ms', '--json'],
    ]);
    expect(called).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(called.stdout)).toMatchObject({ answered: true, calledNumber: '8016424655' });

    controller.child.kill('SIGUSR2');
    await controller.until('log level is now debug');
    controller.child.kill('SIGTERM');
    const { code, stdout, stderr } = await controller.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('There are no billing codes yet');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ message }) => message === 'call ended')).toMatchObject({ outcome: 'answered', code: '***45' });
    expect(stderr).not.toContain('12345');
    expect(lines.at(-1)).toMatchObject({ message: 'stopped', unfinishedCalls: 0, unwrittenRecords: 0 });
  });

  it('goes on serving calls when the reader of its output is gone', async () => {
    const port = String((await freePorts(1))[0]);
    const env = { BILLING_DATA_DIR: folder, BILLING_ESL_PORT: port, BILLING_CONSOLE_PORT: '-1' };
    const controller = start(['start', '--log-level', 'debug'], env);
    await controller.until(`Listening for FreeSWITCH on 127.0.0.1:${port}.`);
    controller.child.stdout?.destroy();
    controller.child.stderr?.destroy();
    for (let calls = 0; calls < 3; calls += 1) {
      const called = await run(['call', '--dial', '911', '--keys', '', '--json'], env);
      expect(called).toMatchObject({ code: 0, stderr: '' });
    }
    controller.child.kill('SIGTERM');
    expect(await controller.ended).toMatchObject({ code: 0 });
  });

  it('says in one line why it cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const env = { BILLING_DATA_DIR: folder };
    const refused = await run(['start', '--esl-port', String(port)], env);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      new RegExp(
        `^billing-codes: cannot listen on 127\\.0\\.0\\.1:${port} for FreeSWITCH \\(esl.host, esl.port\\): .*EADDRINUSE.*\\n$`,
      ),
    );
    await new Promise((resolve) => taken.close(resolve));
    expect(await run(['start', '--esl-port', 'x'], env)).toMatchObject({
      code: 2,
      stderr: 'billing-codes: "esl.port" (--esl-port) must be a whole number from 0 to 65535, not "x"\n',
    });
    const unopened = await run(['start', '--data-dir', '/dev/null/x']);
    expect(unopened.code).toBe(1);
    expect(unopened.stderr).toMatch(/^billing-codes: cannot open the database in \/dev\/null\/x \(data\.dir\): .*\n$/);
    expect(await run(['start', 'now'], env)).toMatchObject({ code: 2 });
    expect(await run(['strat'], env)).toMatchObject({ code: 2 });
    const unnamed = await run([], env);
    expect(unnamed.code).toBe(2);
    expect(unnamed.stdout).toContain('billing-codes COMMAND');
  });
});

describe('the standard output', () => {
  const withOutputTo = async (target: string): Promise<{ code: number | null; stderr: string }> => {
    const line = `"$0" "$1" help ${target}`;
    const child = spawn('bash', ['-o', 'pipefail', '-c', line, runtime, main], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stderr };
  };

  it('may be closed early by its reader', async () => {
    expect(await withOutputTo('| true')).toEqual({ code: 0, stderr: '' });
  });

  it('that is on a full disk makes the command fail, and say so', async () => {
    expect(await withOutputTo('> /dev/full')).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^billing-codes: cannot write to the standard output: .*ENOSPC.*\n$/) as unknown,
    });
  });
});
