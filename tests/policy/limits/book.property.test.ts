import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUsageBook, type Limited, type UsageBook } from '../../../src/policy/limits/book.ts';
import { siteTimeIn } from '../../../src/words/zone.ts';
import { unlimited } from '../../../src/words/directory.ts';

/** Something that happens: a call begins, ends, is never placed, or is known better; the controller dies, and another one begins. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('begin' as const), account: fc.nat(2), phone: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(20),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('guess' as const),
      which: fc.nat(20),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
);

const nowMs = Date.parse('2026-11-26T12:00:00Z');
const minuteMs = 60_000;
const limits = { accountMinutes: 7, phoneMinutes: 9, siteMinutes: 15, atATime: 3 };

const site = { ...unlimited, longestCallMinutes: 5, minutesPerMonth: limits.siteMinutes };
const newBook = (): UsageBook => createUsageBook({ time: siteTimeIn('Europe/Zurich'), site });
const account = (id: number): Limited => ({
  ...{ ...unlimited, id },
  ...{ minutesPerDay: limits.accountMinutes, callsAtATime: limits.atATime },
});
const phone = (id: number): Limited => ({ ...unlimited, id, minutesPerDay: limits.phoneMinutes });

type Up = { callId: string; account: number; phone: number; longestMs: number };
type Over = { accountId: number; extensionId: number; billableMs: number };

describe('no order of starts, ends and crashes', () => {
  it('overspends the minutes of an account, a phone or the site, or has more calls up than are allowed', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        let book = newBook();
        let up: Up[] = [];
        const over = new Map<string, Over>();
        let last = 0;
        const end = (which: number, share: number, isFinal: boolean): void => {
          const call = up[which % Math.max(1, up.length)];
          if (call === undefined) return;
          const billableMs = Math.floor(call.longestMs * share);
          book.ended({ callId: call.callId, billableMs, isFinal });
          over.set(call.callId, { accountId: call.account, extensionId: call.phone, billableMs });
          up = up.filter((other) => other !== call);
        };
        for (const event of happenings) {
          switch (event.kind) {
            case 'begin': {
              const callId = `call ${(last += 1)}`;
              const parties = { account: account(event.account), extension: phone(event.phone) };
              const decision = book.begin(callId, parties, nowMs);
              if (!decision.allowed) break;
              up.push({ ...event, callId, longestMs: decision.longestMs ?? Number.NaN });
              break;
            }
            case 'end':
              end(event.which, event.share, true);
              break;
            case 'guess':
              end(event.which, event.share, false);
              break;
            case 'drop': {
              const call = up[event.which % Math.max(1, up.length)];
              if (call === undefined) break;
              book.drop(call.callId);
              up = up.filter((other) => other !== call);
              break;
            }
            case 'crash': {
              book = newBook();
              const used = [...over.values()].map(({ accountId, extensionId, billableMs }) => ({
                ...{ accountId, extensionId, dayMs: billableMs, monthMs: billableMs },
              }));
              const open = up.map(({ callId, account: accountId, phone: extensionId }) => ({
                ...{ callId, startedAtMs: nowMs, accountId, extensionId },
              }));
              book.restore(used, open, nowMs);
            }
          }
          // Were every call that is up to last as long as it may, nothing would be overspent.
          const most = (mine: (call: { accountId: number; extensionId: number }) => boolean): number =>
            [...over.values()].filter(mine).reduce((sum, { billableMs }) => sum + billableMs, 0) +
            up
              .filter((call) => mine({ accountId: call.account, extensionId: call.phone }))
              .reduce((sum, { longestMs }) => sum + longestMs, 0);
          for (const id of [0, 1, 2]) {
            expect(most(({ accountId }) => accountId === id)).toBeLessThanOrEqual(limits.accountMinutes * minuteMs);
            expect(most(({ extensionId }) => extensionId === id)).toBeLessThanOrEqual(limits.phoneMinutes * minuteMs);
            expect(up.filter((call) => call.account === id).length).toBeLessThanOrEqual(limits.atATime);
          }
          expect(most(() => true)).toBeLessThanOrEqual(limits.siteMinutes * minuteMs);
        }
        // Whatever happened, nothing stays reserved once all calls are over.
        for (let left = up.length; left > 0; left -= 1) end(0, 0.5, true);
        for (const id of [0, 1, 2]) {
          const spent = [...over.values()]
            .filter(({ accountId }) => accountId === id)
            .reduce((sum, { billableMs }) => sum + billableMs, 0);
          expect(book.usageOf('account', id, nowMs)).toMatchObject({ callsNow: 0, dayMs: spent });
        }
      }),
      { numRuns: 300 },
    );
  });
});
