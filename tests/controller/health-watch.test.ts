import { describe, expect, it } from '@jest/globals';
import { watchHealth } from '../../src/controller/health-watch.ts';
import type { Health } from '../../src/web/health.ts';
import type { NewAlert } from '../../src/words/alert.ts';

type Seen = Pick<Health, 'checks' | 'warnings' | 'draining'>;
const order: Seen = { draining: false, checks: [{ name: 'no-codes', problem: null }], warnings: [] };
const linkDown: Seen = { ...order, warnings: [{ name: 'link-down', problem: 'no answer' }] };
const notWriting: Seen = { ...order, checks: [{ name: 'not-writing', problem: '3 call records are not on the disk' }] };

/** What is told of a controller whose health is looked at every ten seconds; `at`: by minute, until the end. */
async function told(minutes: number, at: (minute: number) => Seen | Error, afterMinutes = 5): Promise<string[]> {
  let nowMs = 0;
  const waiting: (() => void)[] = [];
  const lines: string[] = [];
  const watch = watchHealth({
    health() {
      const seen = at(Math.floor(nowMs / 60_000));
      return seen instanceof Error ? Promise.reject(seen) : Promise.resolve(seen);
    },
    tell: ({ kind, level, fields, text }: NewAlert) =>
      void lines.push(`${nowMs / 60_000} ${kind} ${level} ${String(fields['problem'])}: ${text}`),
    clock: {
      monotonicMs: () => nowMs,
      after(ms, action) {
        waiting.push(() => {
          nowMs += ms;
          action();
        });
        return () => void waiting.pop();
      },
    },
    afterMs: afterMinutes * 60_000,
  });
  while (nowMs < minutes * 60_000 && waiting.length > 0) {
    waiting.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
  watch.stop();
  return lines.map((line) => line.replace(/^(\d+)\.\d+/, '$1'));
}

describe('health', () => {
  it('is told of once where something has been wrong for the time that is set, and once where that is over', async () => {
    expect(await told(30, (minute) => (minute >= 2 && minute < 20 ? linkDown : order))).toEqual([
      '7 health warning link-down: no answer',
      '20 health warning link-down: in order again after 18 minutes',
    ]);
  });

  it('is critical where new calls are not welcome', async () => {
    expect(await told(10, () => notWriting)).toEqual([
      '5 health critical not-writing: 3 call records are not on the disk',
    ]);
  });

  it('is not told of where it mends itself sooner, however often', async () => {
    expect(await told(60, (minute) => (minute % 6 < 4 ? linkDown : order))).toEqual([]);
  });

  it('is not told of where that is not wanted, nor while the controller stops', async () => {
    expect(await told(60, () => linkDown, 0)).toEqual([]);
    expect(await told(60, () => ({ ...linkDown, draining: true }))).toEqual([]);
  });

  it('is looked at again where it could not be', async () => {
    const seen = (minute: number): Seen | Error => (minute < 10 ? new Error('busy') : linkDown);
    expect(await told(20, seen)).toEqual(['15 health warning link-down: no answer']);
  });

  it('says that there are no codes only where there were some', async () => {
    const none: Seen = { ...order, checks: [{ name: 'no-codes', problem: 'there is no billing code' }] };
    expect(await told(60, () => none)).toEqual([]);
    expect(await told(60, (minute) => (minute < 10 ? order : none))).toEqual([
      '15 health critical no-codes: there is no billing code',
    ]);
  });
});
