import type { Clock } from '../words/clock.ts';

/** Looks whether this machine's clock is set; `jumped`: by how much, ahead if positive. */
export function watchClock(clock: Clock, jumped: (byMs: number) => void): { stop(): void } {
  let offMs = clock.nowMs() - clock.monotonicMs();
  let cancel: () => void = () => undefined;
  function look(): void {
    const byMs = clock.nowMs() - clock.monotonicMs() - offMs;
    offMs += byMs;
    if (Math.abs(byMs) >= noticedMs) jumped(byMs);
    cancel = clock.after(everyMs, look);
  }
  cancel = clock.after(everyMs, look);
  return { stop: () => cancel() };
}

const everyMs = 1_000;
/** What a time server steers a clock by in a second is less than a millisecond; what it sets it by as a rule is less than this. */
const noticedMs = 2_000;

/** One line for whoever looks after the machine. */
export function jumpText(byMs: number, nowMs: number): string {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const amount = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const direction = byMs > 0 ? 'ahead' : 'back';
  return (
    `this machine's clock was set ${direction} by ${amount} (hours:minutes:seconds), or the machine slept; it is now ${new Date(nowMs).toISOString()}: ` +
    'durations and prices are not affected, but what is valid from or until a day goes by it; see that a time server keeps it'
  );
}
