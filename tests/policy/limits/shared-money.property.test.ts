import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMoneyBook, type MoneyBook, type MoneyNews } from '../../../src/policy/limits/money-book.ts';
import type { PricedCost } from '../../../src/policy/limits/money.ts';
import { siteTimeIn } from '../../../src/words/zone.ts';

/** Two controllers that share what an account may spend a day, and what was paid in for another one. */
const nowMs = Date.parse('2026-11-26T12:00:00Z');
const perDay = 10_000_000;
const paidIn = 7_000_000;

/** By the second, 0.10; a call may cost up to a second more than FreeSWITCH was told to let it last. */
const perSecond = 100_000;
const cost: PricedCost = {
  ...{ kind: 'priced', currency: 'CHF', minuteMicros: perSecond * 60 },
  chargeOf: (ms) => Math.ceil(ms / 1000) * perSecond,
  longestFor: (micros) => Math.floor(micros / perSecond) * 1000,
};
const none = { moneyPerDay: null, moneyPerMonth: null, highestPrice: null, moneyPerContract: null, prepaid: false };
const accounts = [
  { ...none, id: 1, moneyPerDay: perDay },
  { ...none, id: 2, prepaid: true },
];
const limitOf = (id: number): number => (id === 1 ? perDay : paidIn);

/** What SQL Server keeps: what was granted, in all and to each. */
function createServer() {
  const granted = new Map<string, number>();
  const shares = new Map<string, number>();
  return {
    draw(controller: number, book: MoneyBook, draws: ReturnType<MoneyBook['wanting']>): void {
      for (const { key, limitMicros, wantMicros } of draws) {
        const limit = limitMicros ?? paidIn;
        const before = granted.get(key) ?? 0;
        const micros = Math.max(0, Math.min(wantMicros, limit - before));
        granted.set(key, before + micros);
        const mine = `${controller} ${key}`;
        shares.set(mine, (shares.get(mine) ?? 0) + micros);
        book.granted([{ key, micros: shares.get(mine) ?? 0 }]);
      }
    },
    /** What the local file of a controller has kept, which is what the server granted, or less. */
    sharesOf: (controller: number) =>
      [...shares].flatMap(([key, micros]) => (key.startsWith(`${controller} `) ? [{ key: key.slice(2), micros }] : [])),
  };
}

type Up = { callId: string; controller: number; accountId: number; longestMs: number };

const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('begin' as const), at: fc.nat(1), account: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('extend' as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), part: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), at: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('part' as const), at: fc.nat(1) }) },
);

const newBook = (): MoneyBook =>
  createMoneyBook({
    ...{ time: siteTimeIn('Europe/Zurich'), site: none, shareMs: 20_000, isShared: true },
    money: (micros) => `${micros}`,
  });

describe('two controllers that share an amount', () => {
  it('never spend more of it together, in no order of starts, ends, crashes and partitions', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const server = createServer();
        const books = [newBook(), newBook()];
        const isCutOff = [false, false];
        /** The ledgers of both. */
        const used: (MoneyNews & { controller: number })[] = [];
        let up: Up[] = [];
        let last = 0;
        for (const book of books)
          for (const { id } of accounts) book.learn({ kind: 'account', id }, { upToSeq: 0, byCurrency: [] });
        const bookOf = (controller: number): MoneyBook => books[controller] ?? newBook();
        const drawn = (controller: number, draws: ReturnType<MoneyBook['wanting']>): void => {
          if (isCutOff[controller] === false) server.draw(controller, bookOf(controller), draws);
        };
        const end = (call: Up, billableMs: number): void => {
          const news = {
            ...{
              seq: used.length + 1,
              accountId: call.accountId,
              currency: 'CHF',
              usedMicros: cost.chargeOf(billableMs) ?? 0,
            },
            ...{ paidInMicros: 0, call: { callId: call.callId, extensionId: null, startedAtMs: nowMs } },
          };
          used.push({ ...news, controller: call.controller });
          bookOf(call.controller).ended(call.callId);
          bookOf(call.controller).heard([news]);
          bookOf(call.controller).release(call.callId);
          up = up.filter((other) => other !== call);
        };
        for (const one of events) {
          const call = 'which' in one ? up[one.which % Math.max(1, up.length)] : undefined;
          switch (one.kind) {
            case 'begin': {
              const account = accounts[one.account];
              if (account === undefined) break;
              const parties = { account, extension: null };
              drawn(one.at, bookOf(one.at).wanting(parties, cost, 1, nowMs));
              const callId = `call ${(last += 1)}`;
              const begun = bookOf(one.at).begin(callId, parties, cost, null, nowMs);
              if (!begun.allowed) break;
              up.push({
                callId,
                controller: one.at,
                accountId: account.id,
                longestMs: begun.share?.longestMs ?? Number.NaN,
              });
              drawn(one.at, bookOf(one.at).wantingOf(callId, 2));
              break;
            }
            case 'extend': {
              if (call === undefined) break;
              const more = bookOf(call.controller).extend(call.callId, nowMs);
              if (more?.longestMs != null) call.longestMs = more.longestMs;
              drawn(call.controller, bookOf(call.controller).wantingOf(call.callId, 2));
              break;
            }
            case 'end':
              // FreeSWITCH comes up to a second late at most.
              if (call !== undefined) end(call, Math.floor(((call.longestMs + 999) * one.part) / 100));
              break;
            case 'drop':
              if (call === undefined) break;
              bookOf(call.controller).drop(call.callId);
              up = up.filter((other) => other !== call);
              break;
            case 'part':
              isCutOff[one.at] = isCutOff[one.at] === false;
              break;
            case 'crash': {
              const book = newBook();
              const mine = used.filter(({ controller }) => controller === one.at);
              const spent = (id: number): number =>
                mine.reduce((sum, each) => (each.accountId === id ? sum + each.usedMicros : sum), 0);
              for (const { id } of accounts) {
                const byCurrency = [{ currency: 'CHF', usedMicros: spent(id), paidInMicros: 0 }];
                book.learn({ kind: 'account', id }, { upToSeq: used.length, byCurrency });
              }
              const restored = accounts.map(({ id: accountId }) => ({
                ...{
                  accountId,
                  extensionId: null,
                  currency: 'CHF',
                  dayMicros: spent(accountId),
                  monthMicros: spent(accountId),
                },
              }));
              book.restore({ upToSeq: used.length, used: restored }, nowMs);
              book.granted(server.sharesOf(one.at));
              for (const { callId, controller, accountId, longestMs } of up) {
                if (controller !== one.at) continue;
                const micros = cost.chargeOf(longestMs + 1000) ?? 0;
                book.restoreCall(
                  { callId, startedAtMs: nowMs, accountId, extensionId: null, currency: 'CHF', micros },
                  nowMs,
                );
              }
              books[one.at] = book;
            }
          }
          // Were every call that is up to last as long as it may, and FreeSWITCH to come late, nothing would be overspent.
          for (const { id } of accounts) {
            const spent = used.reduce((sum, each) => (each.accountId === id ? sum + each.usedMicros : sum), 0);
            const mostYet = up.reduce(
              (sum, each) => (each.accountId === id ? sum + (cost.chargeOf(each.longestMs + 999) ?? 0) : sum),
              0,
            );
            expect(spent + mostYet).toBeLessThanOrEqual(limitOf(id));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
