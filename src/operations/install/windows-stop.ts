import { command } from './command.ts';

/** WinSW ends the process itself after 75 s (`stoptimeout`, windows-service.ts). */
const stopMs = 90_000;
const pollMs = 500;

/** Waits in this thread: what comes next needs it, and nothing else runs. */
const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * Stops the service and waits until it has: `sc.exe stop` only asks it to, and what still runs can be neither started nor uninstalled.
 * Answers what went wrong; null: it is stopped, or was, or is not there.
 */
export function stopService(name: string, withinMs = stopMs): string | null {
  const stateNow = (): string => command('sc.exe', 'query', name).text;
  // The words around it are of Windows' language; the number and this word are not.
  const isStopped = (state: string): boolean =>
    !/:\s*\d+\s+(?:RUNNING|PAUSED|[A-Z]+_PENDING|STOPPED)/.test(state) || /:\s*1\s+STOPPED/.test(state);
  if (isStopped(stateNow())) return null;
  command('sc.exe', 'stop', name);
  const deadline = Date.now() + withinMs;
  while (!isStopped(stateNow())) {
    if (Date.now() > deadline)
      return `the service ${name} did not stop within ${withinMs / 1000} s: end its process, then "sc.exe start ${name}"`;
    sleep(pollMs);
  }
  return null;
}
