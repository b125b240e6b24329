import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runTool } from './tool.ts';

const from = 'Debian: apt-get install systemd';
const shipped = join(import.meta.dirname, '..', '..', '..', 'scripts', 'systemd', 'billing-codes.service');
/** What systemd makes of a service that may do everything is 9.6; of ours as it was, 8.7. */
const mostExposure = 1.5;

let folder: string;
let unit: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-unit-'));
  unit = join(folder, 'billing-codes.service');
  copyFileSync(shipped, unit);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the systemd unit', () => {
  it('is right', () => {
    const { output } = runTool('systemd-analyze', ['verify', unit], { from });
    // The program and its user are where it is installed, not here.
    const lines = output.split('\n').filter((line) => line !== '' && !/is not executable: No such file/.test(line));
    expect(lines).toEqual([]);
  });

  it('lets the service do little', () => {
    const { output } = runTool('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], { from });
    const exposure = Number(/Overall exposure level for \S+: (\d+\.\d+)/.exec(output)?.[1] ?? Number.NaN);
    expect(exposure).toBeLessThanOrEqual(mostExposure);
  });
});
