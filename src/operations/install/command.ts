import { spawnSync } from 'node:child_process';

/** Runs a program of the system; `output` is its first line, for people. */
export function command(name: string, ...args: string[]): { ok: boolean; output: string } {
  const ran = spawnSync(name, args, { encoding: 'utf8', timeout: 120_000, windowsHide: true });
  return {
    ok: ran.status === 0,
    output: (ran.error?.message ?? `${ran.stderr}${ran.stdout}`).trim().split('\n')[0] ?? '',
  };
}
