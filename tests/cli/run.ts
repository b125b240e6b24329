import { spawn, type ChildProcess } from 'node:child_process';
import { inherited, main, runtime } from '../../scripts/program.ts';

export type Ran = { code: number | null; stdout: string; stderr: string };

/** Starts `billing-codes …` as a process of its own; only the variables given are ours in its environment. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ran>; until(text: string): Promise<void> } {
  const child = spawn(runtime, [main, ...args], {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let wake: () => void = () => undefined;
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    wake();
  });
  const ended = new Promise<Ran>((resolve) => {
    child.on('close', (code) => {
      over = true;
      wake();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    async until(text) {
      while (!stdout.includes(text) && !stderr.includes(text)) {
        if (over) throw new Error(`ended without ${text}: ${stdout}${stderr}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

export function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return start(args, env).ended;
}
