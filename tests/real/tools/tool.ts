import { spawnSync } from 'node:child_process';

export type ToolRun = { code: number | null; output: string };

/** Runs a tool to its end; throws a line that says how to get it where the machine lacks it. */
export function runTool(
  name: string,
  args: readonly string[],
  { from, cwd, env }: { from: string; cwd?: string; env?: Record<string, string> },
): ToolRun {
  const ran = spawnSync(name, args, {
    ...{ cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    env: { ...process.env, ...env },
  });
  if (ran.error !== undefined) throw new Error(`this test needs ${name} (${from}): ${ran.error.message}`);
  return { code: ran.status, output: ran.stdout + ran.stderr };
}
