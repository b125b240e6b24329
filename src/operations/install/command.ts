import { spawnSync } from 'node:child_process';

/** Runs a program of the system; `output` is its first line, for people, and `text` all that it said. */
export function command(name: string, ...args: string[]): { ok: boolean; output: string; text: string } {
  const ran = spawnSync(name, args, { encoding: 'utf8', timeout: 120_000, windowsHide: true });
  const text = (ran.error?.message ?? `${ran.stderr}${ran.stdout}`).trim();
  const silent = ran.signal === null ? `exit code ${ran.status ?? 'unknown'}` : `ended by ${ran.signal}`;
  return { ok: ran.status === 0, output: (text.split('\n')[0] ?? '').trim() || silent, text };
}
