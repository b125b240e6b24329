import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callerScenario, type Caller } from './caller-scenario.ts';
import { carrierScenario } from './carrier-scenario.ts';

export type SippRun = { callId: string; code: number | null; output: string };

export type SippTarget = {
  sipPort: number;
  /** The first of a range, four a call. */
  mediaPort: number;
};

/** Places one call with SIPp, from a scenario made for it. Resolves when SIPp has ended, whatever came of the call. */
export async function placeCall(sipp: string, folder: string, caller: Caller, target: SippTarget): Promise<SippRun> {
  const callId = `${caller.name}@127.0.0.1`;
  const ended = await runCaller(sipp, folder, caller, target, ['-m', '1', '-l', '1', '-cid_str', callId]);
  return { callId, ...ended };
}

/**
 * Places calls of one kind by one SIPp: each takes its own of the times given for `{ do: 'wait', ms: 'given' }`, and `perSecond`
 * of them begin in a second. Resolves with their Call-IDs when all have ended.
 */
export async function placeCalls(
  sipp: string,
  folder: string,
  caller: Caller,
  target: SippTarget & { waitsMs: readonly number[]; perSecond: number },
): Promise<{ callIds: string[]; output: string }> {
  const { waitsMs, perSecond } = target;
  const count = String(waitsMs.length);
  const fields = join(folder, `${caller.name}.csv`);
  writeFileSync(fields, `SEQUENTIAL\n${waitsMs.map((ms) => `${ms}\n`).join('')}`);
  const { output } = await runCaller(sipp, folder, caller, target, [
    ...['-m', count, '-l', count, '-r', String(perSecond * 10), '-rp', '10s'],
    ...['-inf', fields, '-cid_str', `${caller.name}-%u@127.0.0.1`],
  ]);
  return { callIds: waitsMs.map((_, index) => `${caller.name}-${index + 1}@127.0.0.1`), output };
}

function runCaller(
  sipp: string,
  folder: string,
  caller: Caller,
  { sipPort, mediaPort }: SippTarget,
  args: readonly string[],
): Promise<Ended> {
  const scenario = join(folder, `${caller.name}.xml`);
  writeFileSync(scenario, callerScenario(caller));
  return run(sipp, folder, [
    `127.0.0.1:${sipPort}`,
    ...['-sf', scenario, '-s', caller.dialled, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-mp', String(mediaPort)],
    ...['-nostdin', '-timeout', '60', ...args],
  ]);
}

/** The carrier: answers by the last two digits of the called number, see `carrierScenario`. Stop it when done. */
export function startCarrier(sipp: string, folder: string, port: number, mediaPort: number): { stop(): Promise<void> } {
  const scenario = join(folder, 'carrier.xml');
  writeFileSync(scenario, carrierScenario);
  const child = spawn(
    sipp,
    [
      ...['-sf', scenario, '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(mediaPort)],
      ...['-nostdin', '-aa', '-l', '2000'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

type Ended = { code: number | null; output: string };

/** Its own time-out waits for calls that do not end: after this long it is not asked any more. */
const longestRunMs = 75_000;

function run(sipp: string, cwd: string, args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(sipp, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
    let output = '';
    const onData = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
