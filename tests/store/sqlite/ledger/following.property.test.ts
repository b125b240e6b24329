import { it, expect } from '@jest/globals';
import fc from 'fast-check';
import type { TakenRecord, TakenRows } from '../../../../src/store/ports/moving-store.ts';
import type { MoneyMoved } from '../../../../src/store/ports/ledger.ts';
import type { LocalStore } from '../../../../src/store/sqlite/store.ts';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import { ledgerVerdict } from '../../../support/ledger.ts';
import { openRecord, plainAccount } from '../../records.ts';
import { rateTerms, ratesSource } from '../../rates-contract.ts';
import { temporaryStores } from '../temporary.ts';

const { aFile, open } = temporaryStores();
const startedAtMs = Date.parse('2026-11-26T12:00:00Z');
const accounts = [1, 2, 3];

/** What SQL Server has of the calls of two controllers: their records and prices, and who was given a call later. */
type Server = { calls: Map<string, TakenRecord>; moves: Map<string, TakenRows[number][]>; changed: Set<string>[] };

/** A controller, whose file is closed and opened again as where it crashes. */
type Controller = { file: string; store: LocalStore; heard: MoneyMoved[] };

async function controller(file = aFile()): Promise<Controller> {
  const store = await open({ file });
  const heard: MoneyMoved[] = [];
  store.onMoneyMoved((moved) => heard.push(...moved));
  return { file, store, heard };
}

async function aNewOne(): Promise<Controller> {
  const made = await controller();
  const terms = rateTerms('1', { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 });
  await made.store.importRates('standard', ratesSource([terms], 'CHF'));
  for (const id of accounts) await made.store.addAccount(plainAccount(String(10_000 + id)));
  await made.store.enableOutbox();
  return made;
}

const over = (callId: string, accountId: number, seconds: number, closedBy: 'heartbeat' | 'event'): CallRecord =>
  openRecord(callId, {
    ...{ startedAtMs, decidedAtMs: startedAtMs, bridgedAtMs: startedAtMs, answeredAtMs: startedAtMs },
    ...{ accountId, accountName: `a${accountId}`, calledNumber: '8016424655', calledE164: '+18016424655' },
    ...{ callType: 'national', outcome: 'answered', closedBy, estimated: closedBy === 'heartbeat' },
    ...{ endedAtMs: startedAtMs + seconds * 1000, billableMs: seconds * 1000 },
  });

const event = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    at: fc.nat(1),
    account: fc.nat(2),
    seconds: fc.integer({ min: 1, max: 99 }),
  }),
  fc.record({ kind: fc.constant('send' as const), at: fc.nat(1) }),
  fc.record({ kind: fc.constant('better-end' as const), which: fc.nat(9), seconds: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ kind: fc.constant('move' as const), which: fc.nat(9), account: fc.nat(2) }),
  fc.record({ kind: fc.constant('rerate' as const), which: fc.nat(9), micros: fc.nat(900_000) }),
  fc.record({ kind: fc.constant('correct' as const), which: fc.nat(9), seconds: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ kind: fc.constant('follow' as const), at: fc.nat(1), isCutOff: fc.boolean() }),
  fc.record({ kind: fc.constant('crash' as const), at: fc.nat(1) }),
);

/** As the outbox is sent: a move stands, and a new price of the controller's takes the place of a re-rating. */
async function send(at: number, { store }: Controller, server: Server): Promise<void> {
  const { entries, upTo } = await store.readOutbox(1_000);
  if (upTo === null) return;
  for (const { record, price } of entries) {
    const there = server.calls.get(record.callId);
    const payer = there === undefined ? {} : payerOf(there.record);
    const priced = price?.kind === 'priced' ? price : null;
    server.calls.set(record.callId, {
      record: { ...record, ...payer },
      price: priced === null ? null : { ...priced, basis: null, includedMs: null },
      country: null,
    });
    if (there !== undefined) server.changed[at]?.add(record.callId);
  }
  await store.settleOutbox(upTo, []);
}

const payerOf = ({ accountId, accountName, departmentId }: CallRecord) => ({ accountId, accountName, departmentId });

/** As the feed reads it. `isCutOff`: the controller dies before it notes how far it is, and reads the same once more. */
async function follow(at: number, { store }: Controller, server: Server, isCutOff: boolean): Promise<void> {
  const ids = [...(server.changed[at] ?? []), ...(await store.callsToFollow(1_000))];
  const calls = (await store.callsHere(ids)).flatMap((callId) => server.calls.get(callId) ?? []);
  const moves = calls.flatMap(({ record }) => server.moves.get(record.callId) ?? []);
  await store.followCalls({ calls, moves, position: isCutOff ? null : 'x' });
  if (!isCutOff) server.changed[at]?.clear();
}

function changeThere(server: Server, callId: string, change: (taken: TakenRecord) => TakenRecord): void {
  const there = server.calls.get(callId);
  if (there === undefined) return;
  server.calls.set(callId, change(there));
  for (const changed of server.changed) changed.add(callId);
}

it('follows moves, re-ratings and corrections made elsewhere, each once, in any order and after any crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 8, maxLength: 20 }), async (events) => {
      const first = await aNewOne();
      const controllers = [first, await aNewOne()];
      const all = (at: number): Controller => controllers[at] ?? first;
      const server: Server = { calls: new Map(), moves: new Map(), changed: [new Set(), new Set()] };
      const made: { callId: string; at: number; account: number }[] = [];
      const told: MoneyMoved[][] = [[], []];
      const crash = async (at: number): Promise<void> => {
        const before = all(at);
        await before.store.tendLedger(0);
        told[at]?.push(...before.heard);
        await before.store.close();
        controllers[at] = await controller(before.file);
      };
      for (const one of events) {
        const call = 'which' in one ? made[one.which % Math.max(1, made.length)] : undefined;
        switch (one.kind) {
          case 'call': {
            const callId = `call ${made.length}`;
            made.push({ callId, at: one.at, account: one.account + 1 });
            await all(one.at).store.save(over(callId, one.account + 1, one.seconds, 'heartbeat'));
            break;
          }
          case 'send':
            await send(one.at, all(one.at), server);
            break;
          case 'better-end':
            if (call !== undefined)
              await all(call.at).store.save(over(call.callId, call.account, one.seconds, 'event'));
            break;
          case 'move':
            if (call === undefined) break;
            changeThere(server, call.callId, ({ record, ...rest }) => {
              const to = { accountId: one.account + 1, accountName: `a${one.account + 1}`, departmentId: null };
              const moves = server.moves.get(call.callId) ?? [];
              server.moves.set(call.callId, [
                ...moves,
                {
                  ...{ call_id: call.callId, moved_at: startedAtMs + moves.length, moved_by: 'Ann', why: 'wrong' },
                  ...{ from_account_id: record.accountId, from_account_name: record.accountName },
                  ...{ from_department_id: null, to_account_id: to.accountId, to_account_name: to.accountName },
                  to_department_id: null,
                },
              ]);
              return { ...rest, record: { ...record, ...to } };
            });
            break;
          case 'rerate':
            if (call === undefined) break;
            changeThere(server, call.callId, ({ price, ...rest }) => ({
              ...rest,
              price: price === null ? null : { ...price, chargeMicros: one.micros, costMicros: one.micros },
            }));
            break;
          case 'correct':
            if (call === undefined) break;
            changeThere(server, call.callId, ({ record, ...rest }) => ({
              ...rest,
              record: { ...record, billableMs: one.seconds * 1000, endedAtMs: startedAtMs + one.seconds * 1000 },
            }));
            break;
          case 'follow':
            await follow(one.at, all(one.at), server, one.isCutOff);
            if (one.isCutOff) await crash(one.at);
            break;
          case 'crash':
            await crash(one.at);
        }
        for (const { file } of controllers) expect(ledgerVerdict(file).problems).toEqual([]);
      }
      // In the end everything is sent and followed; what is followed is not sent again.
      for (const at of [0, 1]) {
        await send(at, all(at), server);
        await follow(at, all(at), server, false);
        await follow(at, all(at), server, false);
        expect((await all(at).store.outboxCounts()).waiting).toBe(0);
        await crash(at);
      }
      for (const id of accounts) {
        const owed = [...server.calls.values()].reduce(
          (sum, { record, price }) => (record.accountId === id ? sum + (price?.chargeMicros ?? 0) : sum),
          0,
        );
        const posted = [];
        for (const { store } of controllers)
          posted.push(...(await store.moneyOf(id)).byCurrency.map(({ usedMicros }) => usedMicros));
        expect(posted.reduce((sum, micros) => sum + micros, 0)).toBe(owed);
        const heard = told.flat().reduce((sum, each) => (each.accountId === id ? sum + each.usedMicros : sum), 0);
        expect(heard).toBe(owed);
      }
      for (const { file, store } of controllers) {
        expect(ledgerVerdict(file).problems).toEqual([]);
        await store.close();
      }
    }),
    { numRuns: 3 },
  );
}, 120_000);
