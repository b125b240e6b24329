import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerProcess, freePorts, type ControllerProcess } from '../../scripts/chaos/controller.ts';
import { run } from '../cli/run.ts';

let folder: string;
let controllers: ControllerProcess[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-second-'));
  const ports = await freePorts(4);
  controllers = ['first', 'second'].map((name, at) =>
    controllerProcess({
      ...{ name, folder: join(folder, 'data'), flags: {} },
      ...{ eslPort: ports[2 * at] ?? 0, httpPort: ports[2 * at + 1] ?? 0 },
    }),
  );
});
afterAll(async () => {
  for (const one of controllers) await one.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('a second controller on the same data folder', () => {
  it('does not start, says who has it, and starts as soon as the first one is gone, however it ended', async () => {
    const [first, second] = controllers;
    if (first === undefined || second === undefined) throw new Error('two controllers');
    await first.start();
    await expect(second.start()).rejects.toThrow('ended');
    expect(second.logged().split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(
        /^billing-codes: another controller \(first, process \d+ on \S+, since \S+Z\) uses the data folder .*data \(data\.dir\): stop it, or give this one a data folder of its own$/,
      ),
    ]);
    expect(first.isUp()).toBe(true);
    // Whoever administers it works beside it.
    const added = await run(['accounts', 'add', '--code', '12345', '--name', 'A', '--data-dir', join(folder, 'data')]);
    expect(added).toMatchObject({ code: 0, stderr: '' });

    await first.kill();
    await second.start();
    await second.stop();
    await first.start();
    expect(first.isUp()).toBe(true);
  });
});
