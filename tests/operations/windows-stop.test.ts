import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runtime } from '../../scripts/program.ts';

const stopping = join(import.meta.dirname, '..', '..', 'src', 'operations', 'install', 'windows-stop.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-sc-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An sc.exe whose service goes on for so many queries after it was told to stop, and one that speaks German. */
function stop(queries: number, withinMs = 90_000, state = 'RUNNING'): { answer: string | null; asked: string[] } {
  const log = join(folder, 'log');
  writeFileSync(log, '');
  writeFileSync(
    join(folder, 'sc.exe'),
    `#!/bin/sh
echo "$1" >> "${log}"
[ "$1" = stop ] && { echo "
SERVICE_NAME: billing-codes
        TYPE               : 10  WIN32_OWN_PROCESS
        STATUS                : 3  STOP_PENDING"; exit 0; }
[ ${state} = none ] && { echo "[SC] EnumQueryServicesStatus:OpenService FEHLER 1060:"; exit 36; }
if [ ${state} = STOPPED ]; then echo "
SERVICE_NAME: billing-codes
        TYPE               : 10  WIN32_OWN_PROCESS
        STATUS                : 1  STOPPED"; exit 0; fi
if ! grep -q stop "${log}"; then echo "
SERVICE_NAME: billing-codes
        TYPE               : 10  WIN32_OWN_PROCESS
        STATUS                : 4  RUNNING"; exit 0; fi
if [ "$(sed '1,/stop/d' "${log}" | grep -c query)" -le ${queries} ]; then echo "
SERVICE_NAME: billing-codes
        TYPE               : 10  WIN32_OWN_PROCESS
        STATUS                : 3  STOP_PENDING";
else echo "
SERVICE_NAME: billing-codes
        TYPE               : 10  WIN32_OWN_PROCESS
        STATUS                : 1  STOPPED"; fi
`,
    { mode: 0o755 },
  );
  const script = `import { stopService } from ${JSON.stringify(stopping)}; console.log(JSON.stringify(stopService('billing-codes', ${withinMs})));`;
  const ran = spawnSync(runtime, ['--input-type=module', '--eval', script], {
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  expect(ran.stderr).toBe('');
  return { answer: JSON.parse(ran.stdout) as string | null, asked: readFileSync(log, 'utf8').trim().split('\n') };
}

// A shell stands in for Windows' program.
(process.platform === 'win32' ? describe.skip : describe)('a Windows service that is told to stop', () => {
  it('is waited for until it has stopped', () => {
    expect(stop(2)).toEqual({ answer: null, asked: ['query', 'stop', 'query', 'query', 'query'] });
  });

  it('is not told again where it is stopped, or not there', () => {
    expect(stop(0, 1_000, 'STOPPED')).toEqual({ answer: null, asked: ['query'] });
    expect(stop(0, 1_000, 'none')).toEqual({ answer: null, asked: ['query'] });
  });

  it('that does not end is said, and is not waited for for ever', () => {
    expect(stop(1000, 600).answer).toBe(
      'the service billing-codes did not stop within 0.6 s: end its process, then "sc.exe start billing-codes"',
    );
  });
});
