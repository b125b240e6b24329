import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keepShares } from '../../src/controller/shares.ts';
import { createMoneyBook } from '../../src/policy/limits/money-book.ts';
import type { PricedCost } from '../../src/policy/limits/money.ts';
import type { Draw, GrantedShare, ShareSettlement } from '../../src/store/ports/ledger-replica.ts';
import { createTurns } from '../../src/store/sqlserver/ledger/turns.ts';
import { siteTimeIn } from '../../src/words/zone.ts';

const noon = Date.parse('2026-11-26T12:00:00Z');
const limit = 1_000_000;
const none = { moneyPerDay: null, moneyPerMonth: null, highestPrice: null, moneyPerContract: null, prepaid: false };
const parties = { account: { ...none, id: 1, moneyPerDay: limit }, extension: null };
const perSecond = 10_000;
const cost: PricedCost = {
  ...{ kind: 'priced', currency: 'CHF', minuteMicros: perSecond * 60 },
  chargeOf: (ms) => Math.ceil(ms / 1000) * perSecond,
  longestFor: (micros) => Math.floor(micros / perSecond) * 1000,
};

/** As src/store/sqlserver/ledger has it, with answers that may be lost on their way. */
function createServer() {
  let granted = 0;
  const shares = [0, 0];
  return {
    granted: () => granted,
    draw(at: number, draws: readonly Draw[]): GrantedShare[] {
      return draws.map(({ key, wantMicros }) => {
        const micros = Math.max(0, Math.min(wantMicros, limit - granted));
        granted += micros;
        shares[at] = (shares[at] ?? 0) + micros;
        return { key, micros: shares[at] };
      });
    },
    settle(at: number, settlements: readonly ShareSettlement[]): void {
      for (const { keepMicros } of settlements) {
        const before = shares[at] ?? 0;
        if (keepMicros === null || keepMicros >= before) continue;
        granted -= before - keepMicros;
        shares[at] = keepMicros;
      }
    },
    shareOf: (at: number) => shares[at] ?? 0,
  };
}

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      at: fc.nat(1),
      seconds: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), at: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), at: fc.nat(1), hours: fc.nat(2), isLost: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), at: fc.nat(1) }) },
);

it('shares that were not spent come back, once, and together no more is ever spent than there is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const server = createServer();
      let nowMs = noon;
      const spent = [0, 0];
      const machines = [0, 1].map((at) => machine(at));
      function machine(at: number) {
        const book = createMoneyBook({
          ...{ time: siteTimeIn('UTC'), site: none, shareMs: 20_000, isShared: true, money: String },
        });
        const turns = createTurns();
        const timers: (() => void)[] = [];
        const link = { isLost: false };
        const shares = keepShares(
          book,
          {
            isUp: () => true,
            draw: (draws) =>
              turns.together(async () => {
                await later();
                return server.draw(at, draws);
              }),
            async settle(settlements) {
              const { isLost } = link;
              await turns.alone(async () => {
                await later();
                server.settle(at, settlements);
              });
              return !isLost;
            },
          },
          {
            clock: { nowMs: () => nowMs, after: (_ms, act) => (timers.push(act), () => undefined) },
            returnMinutes: 60,
          },
        );
        // As a start does: what was spent, and what may be, the less of here and there.
        book.restore(
          {
            upToSeq: 0,
            used: [{ accountId: 1, extensionId: null, currency: 'CHF', dayMicros: spent[at] ?? 0, monthMicros: 0 }],
          },
          nowMs,
        );
        book.granted([{ key: 'account:1/CHF/day:2026-11-26', micros: server.shareOf(at) }]);
        return { book, shares, timers, link, up: [] as { callId: string; seconds: number }[] };
      }
      let last = 0;
      const end = (at: number): void => {
        const one = machines[at];
        const call = one?.up.shift();
        if (one === undefined || call === undefined) return;
        const usedMicros = cost.chargeOf(call.seconds * 1000) ?? 0;
        spent[at] = (spent[at] ?? 0) + usedMicros;
        one.book.ended(call.callId);
        one.book.heard([
          {
            ...{ seq: (last += 1), accountId: 1, currency: 'CHF', usedMicros, paidInMicros: 0 },
            call: { callId: call.callId, extensionId: null, startedAtMs: nowMs },
          },
        ]);
        one.book.release(call.callId);
      };
      for (const each of steps) {
        const one = machines[each.at];
        if (one === undefined) continue;
        switch (each.kind) {
          case 'call': {
            one.book.granted(await one.shares.draw(one.book.wanting(parties, cost, 1, nowMs)));
            const callId = `call ${(last += 1)}`;
            const begun = one.book.begin(callId, parties, cost, null, nowMs);
            if (begun.allowed)
              one.up.push({
                callId,
                seconds: Math.min(each.seconds, Math.floor((begun.share?.longestMs ?? 0) / 1000)),
              });
            break;
          }
          case 'end':
            end(each.at);
            break;
          case 'tick':
            nowMs = Math.min(nowMs + each.hours * 3_600_000, noon + 11 * 3_600_000);
            one.link.isLost = each.isLost;
            one.timers.pop()?.();
            for (let turn = 0; turn < 6; turn += 1) await later();
            break;
          case 'restart':
            while (one.up.length > 0) end(each.at);
            await one.shares.stop();
            expect(server.shareOf(each.at)).toBe(spent[each.at]);
            machines[each.at] = machine(each.at);
        }
        expect(server.granted()).toBe(server.shareOf(0) + server.shareOf(1));
        expect((spent[0] ?? 0) + (spent[1] ?? 0)).toBeLessThanOrEqual(limit);
      }
      // In the end all that is left can be had by one of them.
      for (const [at, one] of machines.entries()) {
        while (one.up.length > 0) end(at);
        await one.shares.stop();
      }
      expect(server.granted()).toBe((spent[0] ?? 0) + (spent[1] ?? 0));
    }),
    { numRuns: 200 },
  );
});
