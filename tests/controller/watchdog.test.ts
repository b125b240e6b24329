import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../cli/run.ts';
import { eventually } from '../support/controller.ts';

/** A `systemd-notify` that writes down what it was told. */
let folder: string;
let told: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-watchdog-'));
  told = join(folder, 'told');
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${told}\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = (): string[] => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []);
const count = (word: string): number => words().filter((line) => line === word).length;

describe('systemd', () => {
  it('is told that the controller is up, alive and stopping, and hears nothing from a process that hangs', async () => {
    const env = {
      ...{ NOTIFY_SOCKET: '/run/nobody', WATCHDOG_USEC: '150000', BILLING_DATA_DIR: folder, BILLING_ESL_PORT: '0' },
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    };
    const controller = start(['start'], env);
    await eventually(() => Promise.resolve(count('READY=1') === 1 && count('WATCHDOG=1') > 3 ? true : null), 15_000);
    controller.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = count('WATCHDOG=1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count('WATCHDOG=1')).toBe(before);
    controller.child.kill('SIGCONT');
    await eventually(() => Promise.resolve(count('WATCHDOG=1') > before ? true : null));
    controller.child.kill('SIGTERM');
    expect((await controller.ended).code).toBe(0);
    await eventually(() => Promise.resolve(count('STOPPING=1') === 1 ? true : null));
  });
});
