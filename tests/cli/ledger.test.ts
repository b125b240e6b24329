import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ledgerCommand } from '../../src/cli/ledger/ledger.ts';
import type { LocalStore } from '../../src/store/sqlite/store.ts';
import { callRecordOf } from '../../src/words/call-record.ts';
import { plainAccount } from '../store/records.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';

const { aFile, open } = temporaryStores();
let file: string;
let store: LocalStore;

beforeEach(async () => {
  file = aFile();
  store = await open({ file });
  await store.addAccount({ ...plainAccount('12345', 'Smith'), prepaid: true });
});
afterEach(() => store.close());

async function ledger(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [sink(), sink()];
  const code = await ledgerCommand(args, { store, stdout: out, stderr: err });
  return { code, out: out.text(), err: err.text() };
}
function sink(): NodeJS.WritableStream & { text: () => string } {
  let text = '';
  return { write: (part: string) => ((text += part), true), text: () => text } as never;
}

async function call(): Promise<void> {
  await store.importRates('standard', ratesSource([rateTerms('1', { connectFeeMicros: 0 })], 'CHF'));
  const { id } = (await store.findAccountByCode('12345')) ?? { id: 0 };
  const atMs = Date.parse('2026-11-26T12:00:00Z');
  await store.save(
    callRecordOf({
      ...{ callId: 'a', switchName: 's', controller: 'c', entry: 'shortcut', extension: '201', callerName: '' },
      ...{ startedAtMs: atMs, bridgedAtMs: atMs, answeredAtMs: atMs, endedAtMs: atMs + 60_000, billableMs: 60_000 },
      ...{ accountId: id, calledE164: '+18016424655', callType: 'national', outcome: 'answered', closedBy: 'event' },
    }),
  );
}

describe('ledger', () => {
  it('takes payments, in the currency of the rates unless another one is given, each reference once', async () => {
    expect(await ledger('top-up', '--account', '12345', '--amount', '20')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('--currency CUR is needed') },
    });
    await call();
    const paid = await ledger('top-up', '--account', '12345', '--amount', '20', '--reference', 'R1', '--by', 'Ann');
    expect(paid).toEqual({ code: 0, out: 'Smith: 19.88 CHF left.\n', err: '' });
    expect((await ledger('top-up', '--account', '12345', '--amount', '20', '--reference', 'R1')).out).toContain(
      '19.88',
    );
    expect((await ledger('top-up', '--account', '12345', '--amount', '1.5', '--take-back')).out).toContain('18.38');
    expect((await ledger('top-up', '--account', '12345', '--amount', '5', '--currency', 'EUR')).out).toContain(
      '5.00 EUR',
    );
  });

  it('shows what an account used, has reserved and has left, and its transfers', async () => {
    await call();
    await ledger('top-up', '--account', '12345', '--amount', '20', '--by', 'Ann');
    const { code, out } = await ledger('show', '--account', '12345');
    expect(code).toBe(0);
    expect(out).toMatch(/^Smith\n/);
    expect(out).toMatch(/CHF +0\.12 CHF +0\.00 CHF +20\.00 CHF +19\.88 CHF/);
    expect(out).toMatch(/seconds +60 s/);
    expect(out).toMatch(/paid-in +-20\.00 CHF +Ann/);
    expect(JSON.parse((await ledger('show', '--json')).out)).toEqual({ account: null, balances: [], transfers: [] });
  });

  it('verifies: 0 where all is well, 1 with what is wrong where a row was changed', async () => {
    await call();
    expect(await ledger('verify')).toMatchObject({ code: 0, out: expect.stringContaining('The ledger is sound') });
    const db = new Database(file);
    db.exec(
      'DROP TRIGGER ledger_transfers_stay_as_they_are; UPDATE ledger_transfers SET amount = amount + 1 WHERE seq = 1',
    );
    db.close();
    const { code, out } = await ledger('verify');
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG \(chain\): transfer 1/);
    expect(JSON.parse((await ledger('verify', '--json')).out)).toMatchObject({ problems: expect.any(Array) });
  });

  it.each([
    [['top-up', '--account', '12345'], '--amount'],
    [['top-up', '--account', '12345', '--amount', '1,50'], 'decimals are written with a point'],
    [['top-up', '--account', '12345', '--amount', '0'], 'nothing to pay in'],
    [['show', '--last', '0'], '--last'],
    [['shew'], 'unknown command shew'],
  ])('%j is wrong usage: %s', async (args, what) => {
    expect(await ledger(...args)).toMatchObject({ code: 2, err: expect.stringContaining(what) });
  });

  it('says where no account has the code', async () => {
    await expect(ledger('show', '--account', '99999')).rejects.toThrow('No account has this code.');
  });
});
