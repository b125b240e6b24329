import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Reservation } from '../../../../src/store/ports/ledger.ts';
import type { LocalStore } from '../../../../src/store/sqlite/store.ts';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import { expectSoundLedger, ledgerVerdict } from '../../../support/ledger.ts';
import { plainAccount, openRecord } from '../../records.ts';
import { rateTerms, ratesSource } from '../../rates-contract.ts';
import { temporaryStores } from '../temporary.ts';

const { aFile, open } = temporaryStores();

/** 12345 and 67890, and 0.12 CHF a minute, by the second, for all of +1. */
async function withRates(file = aFile()): Promise<{ file: string; store: LocalStore; ids: [number, number] }> {
  const store = await open({ file });
  const terms = rateTerms('1', { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 });
  await store.importRates('standard', ratesSource([terms], 'CHF'));
  const first = await store.addAccount(plainAccount('12345'));
  const second = await store.addAccount(plainAccount('67890'));
  return { file, store, ids: [first.id, second.id] };
}

const startedAtMs = Date.parse('2026-11-26T12:00:00Z');
const placed = (callId: string, accountId: number | null, changes: Partial<CallRecord> = {}): CallRecord =>
  openRecord(callId, {
    ...{
      startedAtMs,
      decidedAtMs: startedAtMs,
      bridgedAtMs: startedAtMs,
      accountId,
      accountName: accountId === null ? null : 'x',
    },
    ...{ calledNumber: '8016424655', calledE164: '+18016424655', callType: 'national', calleeLegId: `${callId}-b` },
    ...changes,
  });
const over = (record: CallRecord, seconds: number, changes: Partial<CallRecord> = {}): CallRecord => ({
  ...record,
  ...{ outcome: 'answered', hangupCause: 'NORMAL_CLEARING', answeredAtMs: startedAtMs, closedBy: 'event' },
  ...{ endedAtMs: startedAtMs + seconds * 1000, billableMs: seconds * 1000 },
  ...changes,
});
const reservation = (micros: number, seconds: number, timesOutMs = Date.now() + 3_600_000): Reservation => ({
  amounts: [
    { unit: 'CHF', amount: micros },
    { unit: 'seconds', amount: seconds * 1000 },
    { unit: 'calls', amount: 1 },
  ],
  timesOutMs,
});
const owed = async (store: LocalStore, accountId: number | null, unit = 'CHF'): Promise<number> => {
  const found = (await store.balancesOf(accountId)).find((each) => each.unit === unit);
  return found === undefined ? 0 : found.balance.debitsPosted - found.balance.creditsPosted;
};
const pendingOf = async (store: LocalStore, accountId: number): Promise<number> =>
  (await store.balancesOf(accountId)).find(({ unit }) => unit === 'CHF')?.balance.debitsPending ?? 0;

describe('the ledger of a local file', () => {
  it('reserves with the open record, and posts what the call cost with the closed one', async () => {
    const { file, store, ids } = await withRates();
    const record = placed('a', ids[0]);
    await store.save(record, 'now', reservation(600_000, 300));
    expect(await store.openReservations()).toEqual([
      { callId: 'a', unit: 'CHF', amount: 600_000 },
      { callId: 'a', unit: 'calls', amount: 1 },
      { callId: 'a', unit: 'seconds', amount: 300_000 },
    ]);
    expect(await pendingOf(store, ids[0])).toBe(600_000);
    await store.save(over(record, 60));
    expect(await store.openReservations()).toEqual([]);
    expect(await owed(store, ids[0])).toBe(120_000);
    expect(await owed(store, ids[0], 'seconds')).toBe(60_000);
    expect(await owed(store, ids[0], 'calls')).toBe(1);
    expectSoundLedger(file);
  });

  it('loses no usage: beyond the reservation, without one, and after it timed out', async () => {
    const { file, store, ids } = await withRates();
    const [a, b, c] = [placed('a', ids[0]), placed('b', ids[0]), placed('c', null)];
    await store.save(a, 'now', reservation(100_000, 50));
    await store.save(b, 'now', reservation(100_000, 50, Date.now() + 1));
    await store.tendLedger(Date.now() + 1_000);
    for (const record of [a, b, c]) await store.save(over(record, 60));
    expect(await owed(store, ids[0])).toBe(240_000);
    expect(await owed(store, null)).toBe(120_000);
    expectSoundLedger(file);
  });

  it('gives back what a call reserved that cost nothing, and counts it as a call', async () => {
    const { file, store, ids } = await withRates();
    const record = placed('a', ids[0]);
    await store.save(record, 'now', reservation(600_000, 300));
    await store.save(over(record, 0, { outcome: 'busy', answeredAtMs: null }));
    expect(await owed(store, ids[0])).toBe(0);
    expect(await owed(store, ids[0], 'calls')).toBe(1);
    expect(await store.openReservations()).toEqual([]);
    expectSoundLedger(file);
  });

  it('has nothing of a call that was refused, nor of an emergency call', async () => {
    const { file, store } = await withRates();
    await store.save(
      openRecord('a', { outcome: 'refused', reason: 'code-unknown', endedAtMs: startedAtMs, closedBy: 'event' }),
    );
    const emergency = placed('b', null, { callType: 'emergency', calledE164: null });
    await store.save(emergency, 'now', reservation(1, 1));
    await store.save(over(emergency, 60));
    expect(ledgerVerdict(file)).toMatchObject({ transfers: 0, problems: [] });
  });

  it('is corrected by whatever changes what a call costs: a better end, a move, a re-rating and its undoing', async () => {
    const { file, store, ids } = await withRates();
    const guessed = over(placed('a', ids[0]), 60, {
      closedBy: 'heartbeat',
      estimated: true,
      reason: 'connection-lost',
    });
    await store.save(guessed);
    await store.save(over(guessed, 30, { closedBy: 'json-cdr', estimated: false, reason: null }));
    expect(await owed(store, ids[0])).toBe(60_000);
    expectSoundLedger(file);
    await store.moveCall({ callId: 'a', toAccountCode: '67890', why: 'wrong code', movedBy: 'test' });
    expect([await owed(store, ids[0]), await owed(store, ids[1])]).toEqual([0, 60_000]);
    expectSoundLedger(file);
    const dearer = rateTerms('1', {
      connectFeeMicros: 0,
      priceMicros: 240_000,
      firstIncrementMs: 0,
      nextIncrementMs: 1000,
    });
    await store.importRates('standard', ratesSource([dearer], 'CHF'));
    const { id } = await store.rerate({ fromMs: startedAtMs, untilMs: startedAtMs + 1, madeBy: 'test' });
    expect(await owed(store, ids[1])).toBe(120_000);
    expectSoundLedger(file);
    await store.undoRerating(id ?? 0, 'test');
    expect(await owed(store, ids[1])).toBe(60_000);
    expectSoundLedger(file);
  });

  it('takes a payment in advance, once', async () => {
    const { file, store, ids } = await withRates();
    const payment = { id: 'pay-1', accountId: ids[0], currency: 'CHF', micros: 20_000_000, madeBy: 'Ann' };
    expect(await store.payIn(payment)).toMatchObject({ creditsPosted: 20_000_000 });
    expect(await store.payIn(payment)).toMatchObject({ creditsPosted: 20_000_000 });
    expect(await store.transfersOf(ids[0], 10)).toMatchObject([{ why: 'paid-in', madeBy: 'Ann', amount: 20_000_000 }]);
    await store.payIn({ ...payment, id: 'back', micros: -5_000_000 });
    expect(await owed(store, ids[0])).toBe(-15_000_000);
    expectSoundLedger(file);
  });

  it('tells of money that this program and another one moved, each time once', async () => {
    const { file, store, ids } = await withRates();
    const told: unknown[] = [];
    store.onMoneyMoved((moved) => told.push(...moved));
    await store.save(over(placed('a', ids[0]), 60));
    const call = { callId: 'a', extensionId: null, departmentId: null, destinationIds: [], startedAtMs };
    expect(told).toEqual([
      { seq: expect.any(Number), accountId: ids[0], currency: 'CHF', usedMicros: 120_000, paidInMicros: 0, call },
    ]);
    const other = await open({ file });
    await other.payIn({ id: 'p', accountId: ids[0], currency: 'CHF', micros: 5_000_000, madeBy: 'Ann' });
    await store.tendLedger(Date.now());
    await store.tendLedger(Date.now());
    expect(told.slice(1)).toMatchObject([{ currency: 'CHF', usedMicros: 0, paidInMicros: 5_000_000, call: null }]);
  });

  it('is never changed, and nothing is deleted from it', async () => {
    const { file, store, ids } = await withRates();
    await store.save(over(placed('a', ids[0]), 60));
    const db = new Database(file);
    for (const statement of [
      'UPDATE ledger_transfers SET amount = 1',
      'DELETE FROM ledger_transfers',
      'UPDATE ledger_balances SET debits_posted = 0',
      'DELETE FROM ledger_balances',
    ]) {
      expect(() => db.exec(statement)).toThrow(/is never changed|nothing is deleted/);
    }
    db.close();
  });
});

/** With the triggers out of the way, as somebody with the file in hand can do. */
function tamper(file: string, statement: string): void {
  const db = new Database(file);
  const triggers = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'ledger_*'")
    .pluck();
  for (const name of triggers.all()) db.exec(`DROP TRIGGER ${name}`);
  db.exec(statement);
  db.close();
}

describe('ledger verify', () => {
  async function ledger(): Promise<string> {
    const { file, store, ids } = await withRates();
    for (const name of ['a', 'b', 'c']) {
      const record = placed(name, ids[0]);
      await store.save(record, 'now', reservation(600_000, 300));
      await store.save(over(record, 60));
    }
    expect(ledgerVerdict(file)).toMatchObject({ transfers: 18, pending: 0, problems: [] });
    await store.close();
    return file;
  }

  it.each<[string, string, string]>([
    ['an amount', 'UPDATE ledger_transfers SET amount = amount + 1 WHERE seq = 4', 'chain'],
    ['when it was made', 'UPDATE ledger_transfers SET made_at = made_at + 1 WHERE seq = 4', 'chain'],
    ['who pays', "UPDATE ledger_transfers SET debit = 'account:9' WHERE seq = 4", 'chain'],
    [
      'a hash',
      "UPDATE ledger_transfers SET hash = substr(hash, 1, 63) || iif(substr(hash, 64) = 'f', '0', 'f') WHERE seq = 4",
      'chain',
    ],
    ['a row that is gone', 'DELETE FROM ledger_transfers WHERE seq = 17', 'chain'],
    ['the last row', 'DELETE FROM ledger_transfers WHERE seq = 18', 'balances'],
    [
      'the last row with its balances',
      'DELETE FROM ledger_transfers WHERE seq = 18; DELETE FROM ledger_balances WHERE seq = 18',
      'calls',
    ],
    [
      'a balance',
      "UPDATE ledger_balances SET debits_posted = debits_posted + 1 WHERE account <> 'used' AND seq = 10",
      'balances',
    ],
    ['a price', 'UPDATE call_prices SET charge_micros = charge_micros + 1 WHERE rowid IN (1)', 'calls'],
    ['the time of a record', "UPDATE call_records SET billable_ms = 59000 WHERE call_id = 'b'", 'calls'],
    ['the account of a record', "UPDATE call_records SET account_id = 2 WHERE call_id = 'b'", 'calls'],
  ])('notices that %s was changed', async (_, statement, kind) => {
    const file = await ledger();
    tamper(file, statement.replace('WHERE rowid IN (1)', "WHERE call_id = 'a'"));
    const kinds = ledgerVerdict(file).problems.map((problem) => problem.kind);
    expect(kinds).toContain(kind);
  });

  it('notices any one byte of a transfer that was flipped in the file', async () => {
    const file = await ledger();
    const sound = readFileSync(file);
    const row = Buffer.from('a/4');
    const places: number[] = [];
    for (let at = sound.indexOf(row); at !== -1; at = sound.indexOf(row, at + 1)) places.push(at);
    expect(places.length).toBeGreaterThan(1);
    for (const start of places) {
      for (let at = start; at < start + 12; at += 1) {
        const flipped = Buffer.from(sound);
        flipped.writeUInt8(sound.readUInt8(at) ^ 1, at);
        writeFileSync(file, flipped);
        const problems = ((): unknown[] => {
          try {
            return ledgerVerdict(file).problems;
          } catch (error) {
            return [error];
          }
        })();
        expect({ at, found: problems.length > 0 }).toEqual({ at, found: true });
      }
    }
    writeFileSync(file, sound);
  });
});
