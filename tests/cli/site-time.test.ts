import { describe, expect, it } from '@jest/globals';
import { accountsCommand } from '../../src/cli/accounts/accounts.ts';
import { checkCode } from '../../src/policy/code.ts';
import { closedRecord } from '../store/records.ts';
import { onLocalStore } from './directory.ts';
import { ratesOnLocalStore } from './rates-harness.ts';

const zone = 'America/Denver';

describe('the dates of an account', () => {
  const { run, store, importText } = onLocalStore(accountsCommand, zone);
  const stateAt = async (code: string, at: string) => {
    const account = await store().findAccountByCode(code);
    return account !== null && checkCode(account, Date.parse(at)).ok;
  };

  it('are days of the site, whole: valid until the 25th it is good on the 25th', async () => {
    await run('add', '--code', '1', '--name', 'A', '--valid-from', '2026-01-20', '--valid-until', '2026-01-25');
    await importText('code,name,valid from,valid until\n2,B,2026-01-20,2026-01-25\n3,C,2026-01-20,2026-01-25T12:00\n');
    for (const code of ['1', '2']) {
      expect(await stateAt(code, '2026-01-20T06:59:59Z')).toBe(false);
      expect(await stateAt(code, '2026-01-20T07:00:00Z')).toBe(true);
      expect(await stateAt(code, '2026-01-26T06:59:59Z')).toBe(true);
      expect(await stateAt(code, '2026-01-26T07:00:00Z')).toBe(false);
    }
    expect(await stateAt('3', '2026-01-25T18:59:59Z')).toBe(true);
    expect(await stateAt('3', '2026-01-25T19:00:00Z')).toBe(false);
  });

  it('come out as they went in, and change nothing when imported again', async () => {
    await run('add', '--code', '1', '--name', 'A', '--valid-from', '2026-01-20', '--valid-until', '2026-01-25');
    // As it was stored by releases in which dates were UTC.
    await run('add', '--code', '2', '--name', 'B', '--valid-until', '2026-01-25T00:00Z');
    expect((await run('show', '1')).out).toMatch(/valid until: +2026-01-25\n/i);
    expect((await run('show', '2')).out).toMatch(/valid until: +2026-01-24T17:00-07:00\n/i);
    const { out } = await run('export', '--show-codes');
    expect((await importText(out)).out).toBe('Added 0 and changed 0 accounts.\n');
  });
});

describe('the dates of rates', () => {
  const { rates, store, file } = ratesOnLocalStore(zone);
  const call = (callId: string, at: string) => {
    const startedAtMs = Date.parse(at);
    const times = { startedAtMs, answeredAtMs: startedAtMs, endedAtMs: startedAtMs + 60_000, billableMs: 60_000 };
    return store().save(closedRecord(callId, { calledE164: '+442071234567', callType: 'international', ...times }));
  };
  const chargeOf = async (callId: string) => {
    const [current] = await store().listCallPrices(callId);
    return current?.price.kind === 'priced' ? current.price.chargeMicros : current?.price.kind;
  };

  it('count from midnight at the site, and an end includes its day there', async () => {
    const decade =
      'prefix,destination,price,increments,currency,valid from,valid until\n' +
      '44,UK,1,60/60,USD,,2026-11-30\n44,UK,2,60/60,USD,2026-12-01,\n';
    expect((await rates('import', await file(decade))).code).toBe(0);
    await call('november', '2026-12-01T06:59:59Z');
    await call('december', '2026-12-01T07:00:00Z');
    expect(await chargeOf('november')).toBe(1_000_000);
    expect(await chargeOf('december')).toBe(2_000_000);
    expect((await rates('explain', '+442071234567', '--at', '2026-12-01')).out).toContain('2.00/min');
    expect((await rates('explain', '+442071234567', '--at', '2026-11-30T23:59')).out).toContain('1.00/min');
  });

  it('are re-rated by the days of the site: its October', async () => {
    const list = (price: number) => `prefix,destination,price,increments,currency\n44,UK,${price},60/60,USD\n`;
    await rates('import', await file(list(1)));
    await call('september', '2026-10-01T05:59:59Z');
    await call('first', '2026-10-01T06:00:00Z');
    await call('last', '2026-11-01T05:59:59Z');
    await call('november', '2026-11-01T06:00:00Z');
    await rates('import', await file(list(2)));
    const { out } = await rates('rerate', '--since', '2026-10-01', '--until', '2026-11-01');
    expect(out).toContain('changed 2 of 2 answered calls');
    const charges = await Promise.all(['september', 'first', 'last', 'november'].map(chargeOf));
    expect(charges).toEqual([1_000_000, 2_000_000, 2_000_000, 1_000_000]);
    expect((await rates('reratings')).out).toMatch(/1 +2026-10-01 +2026-11-01 /);
  });

  it('apply with --from from that midnight on', async () => {
    const list = (price: number) => `prefix,destination,price,increments,currency\n44,UK,${price},60/60,USD\n`;
    await rates('import', await file(list(1)));
    await rates('import', await file(list(2)), '--from', '2026-08-01');
    await call('july', '2026-08-01T05:59:59Z');
    await call('august', '2026-08-01T06:00:00Z');
    expect([await chargeOf('july'), await chargeOf('august')]).toEqual([1_000_000, 2_000_000]);
  });
});
