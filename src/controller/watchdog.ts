import { spawn } from 'node:child_process';

/** What systemd is told about this process (sd_notify(3)); without systemd, nothing. */
export type Watchdog = {
  ready(): void;
  stopping(): void;
  close(): void;
};

/**
 * With `WatchdogSec=` in the unit, systemd restarts a service that does not say `WATCHDOG=1` in time. It is said by a timer of
 * the event loop that serves calls, so that a loop which hangs falls silent. By `systemd-notify`, because Node has no datagram
 * sockets in the file system; the unit needs `NotifyAccess=all` for it.
 */
export function startWatchdog(
  env: Readonly<Record<string, string | undefined>>,
  onProblem: (why: string) => void,
): Watchdog {
  const silent = (): void => undefined;
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return { ready: silent, stopping: silent, close: silent };
  let reported = false;
  const say = (...words: string[]): void => {
    // Without --no-block: systemd would find no unit for a process that is gone before it has read its words, unless root sent them.
    const child = spawn('systemd-notify', words, { stdio: 'ignore' });
    child.on('error', (error) => {
      if (!reported) onProblem(error.message);
      reported = true;
    });
    // Nothing waits for it, least of all our end.
    child.unref();
  };
  const limitUs = Number(env['WATCHDOG_USEC'] ?? 0);
  const timer = limitUs > 0 ? setInterval(() => say('WATCHDOG=1'), limitUs / 3000) : null;
  timer?.unref();
  return {
    ready: () => say('READY=1'),
    stopping: () => say('STOPPING=1'),
    close: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
}
