import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { explainCommand } from '../../src/cli/explain/explain.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { openRecord, plainAccount } from '../store/records.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';

let folder: string;
let store: LocalStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-explain-'));
  store = await openLocalStore({ file: join(folder, 'store.db') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const thursday = Date.parse('2026-11-26T17:00:00Z');

async function explain(args: string[], flags: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const config = loadConfig({ file: null, env: {}, flags: { 'site.timeZone': 'America/Denver', ...flags } });
  const code = await explainCommand(args, { config, store, stdout, stderr, nowMs: () => thursday });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

async function call(accountId: number, startedAtMs: number, minutes: number): Promise<void> {
  const endedAtMs = startedAtMs + minutes * 60_000;
  await store.save(
    openRecord(`call-${startedAtMs}`, {
      ...{ accountId, startedAtMs, answeredAtMs: startedAtMs, endedAtMs, billableMs: minutes * 60_000 },
      ...{ outcome: 'answered', closedBy: 'event', callType: 'national' },
    }),
  );
}

describe('explain', () => {
  it('names each limit with what is used of it today, at the site, and how long the call may last', async () => {
    const { id } = await store.addAccount({
      ...plainAccount('12345', 'Smith'),
      minutesPerDay: 30,
      minutesPerMonth: 100,
    });
    await call(id, thursday - 3_600_000, 10);
    // Yesterday in Denver, today in UTC.
    await call(id, Date.parse('2026-11-26T05:00:00Z'), 20);
    // The month before, in Denver.
    await call(id, Date.parse('2026-11-01T05:30:00Z'), 50);
    const { code, out } = await explain(['--account', '12345', '--number', '801 642-4655']);
    expect(out.split('\n')).toEqual([
      'number:             8016424655 = +18016424655, national',
      'at:                 2026-11-26T10:00-07:00',
      'account:            Smith',
      'extension:          -',
      'minutes a day:      account: 30, 10 used, 20 left',
      'minutes a month:    account: 100, 30 used, 70 left',
      'longest call:       site: 240',
      'decision:           allowed',
      'rule:               no restriction',
      'longest talk:       1200 s',
      'price a minute:     unrated: no rate table',
      'price at most:      unrated: no rate table',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('names the rule that refuses: hours of the phone, at another moment', async () => {
    await store.addAccount(plainAccount('12345'));
    await store.addExtension({ number: '299', callingHours: ['Mon-Fri 08:00-18:00'] });
    const at = (moment: string) =>
      explain(['--account', '12345', '--number', '8016424655', '--extension', '0299', '--at', moment, '--json']);
    expect(JSON.parse((await at('2026-11-27T17:59:59-07:00')).out)).toMatchObject({ decision: 'allowed' });
    const late = await at('2026-11-27T18:00:00-07:00');
    expect(late.code).toBe(1);
    expect(JSON.parse(late.out)).toMatchObject({
      ...{ decision: 'refused', reason: 'outside-hours', rule: 'extension: calling hours Mon-Fri 08:00-18:00' },
      ...{ extension: '299', longestSeconds: null, minutePrice: null },
    });
  });

  it('says what is wrong with a code, and where one would be asked for', async () => {
    await store.addAccount({ ...plainAccount('12345'), enabled: false });
    const decisionOf = async (...args: string[]) => {
      const { decision, reason } = JSON.parse((await explain([...args, '--json'])).out) as Record<string, unknown>;
      return { decision, reason };
    };
    expect(await decisionOf('--number', '8016424655', '--account', '12345')).toEqual({
      ...{ decision: 'refused', reason: 'code-disabled' },
    });
    expect(await decisionOf('--number', '8016424655', '--account', '99999')).toEqual({
      ...{ decision: 'refused', reason: 'code-unknown' },
    });
    expect(await decisionOf('--number', '8016424655')).toEqual({ decision: 'code-asked', reason: null });
    expect(await decisionOf('--number', '201')).toEqual({ decision: 'allowed', reason: null });
  });

  it('says what a caller confirms, and which calls may go out without a code', async () => {
    await store.addAccount(plainAccount('12345'));
    await store.importRates('standard', ratesSource([rateTerms('1', { connectFeeMicros: 0 })], 'CHF'));
    const settings = { 'entry.confirmPrice': 'national', 'entry.codeLater': 'national' };
    const coded = await explain(['--number', '2126424655', '--account', '12345'], settings);
    expect(coded.out).toMatch(/^caller confirms: +0\.12 CHF a minute$/m);
    expect(coded.out).not.toMatch(/code later/);
    const uncoded = await explain(['--number', '2126424655'], settings);
    expect(uncoded.out).toMatch(/^code later: +yes: # alone places it$/m);
    expect((await explain(['--number', '2126424655'])).out).not.toMatch(/code later|caller confirms/);
    const unknown = await explain(['--number', '01133142961020', '--account', '12345'], {
      'entry.confirmPrice': 'international',
    });
    expect(unknown.out).toMatch(/^decision: +refused, price-unknown$/m);
  });

  it('counts what is free in the month, the tier that it has reached, and the states of the two numbers', async () => {
    const terms = { connectFeeMicros: 0, firstIncrementMs: 60_000, nextIncrementMs: 60_000 };
    const rates = [
      rateTerms('1', { ...terms, scope: 'interstate', priceMicros: 100_000, tiers: '5:0.05' }),
      rateTerms('1', { ...terms, scope: 'intrastate', priceMicros: 900_000 }),
    ];
    await store.importRates('standard', ratesSource(rates, 'CHF'));
    const { id } = await store.addAccount({ ...plainAccount('12345'), prepaid: true, includedMinutes: 10 });
    await store.save(
      openRecord('earlier', {
        ...{ accountId: id, calledE164: '+18016424655', callingNumber: '+12125550100', callType: 'national' },
        ...{ startedAtMs: thursday - 600_000, answeredAtMs: thursday - 600_000, endedAtMs: thursday - 300_000 },
        ...{ outcome: 'answered', closedBy: 'event', billableMs: 300_000 },
      }),
    );
    const site = { 'callerNumber.site': '+12125550100' };
    const priceOf = async (number: string) => {
      const { out } = await explain(['--number', number, '--account', '12345'], site);
      return out
        .split('\n')
        .filter((line) => /^(decision|longest talk|price a minute|price at most|reserves):/.test(line));
    };
    // Five of the ten minutes are left, and nothing was paid in.
    expect(await priceOf('8016424655')).toEqual([
      'decision:           allowed',
      'longest talk:       299 s',
      'reserves:           0.00 CHF',
      'price a minute:     0.00 CHF',
      'price at most:      0.00 CHF',
    ]);
    await store.updateAccount('12345', { prepaid: false, includedMinutes: null });
    expect(await priceOf('8016424655')).toContain('price a minute:     0.05 CHF');
    expect(await priceOf('2125550123')).toContain('price a minute:     0.90 CHF');
  });

  it('says which level a number demands', async () => {
    await store.addAccount({ ...plainAccount('12345'), authorizationLevel: 9 });
    const settings = { 'entry.minimumLevels': 'national=10,1801=20,internal=1' };
    const { code, out } = await explain(['--number', '8016424655', '--account', '12345'], settings);
    expect(code).toBe(1);
    expect(out).toMatch(/^level demanded: +20 by 1801, account has 9$/m);
    expect(out).toMatch(/^decision: +refused, level-too-low\nrule: +account: authorization level 9, 1801 demands 20$/m);
    expect((await explain(['--number', '300'], settings)).out).toMatch(/^decision: +a code would be asked for$/m);
  });

  it('lets an emergency call go out, whatever was said of code, hours and minutes', async () => {
    await store.addAccount({ ...plainAccount('12345'), enabled: false });
    const { code, out } = await explain(['--number', '911', '--account', '12345', '--json'], {
      ...{ 'limits.callingHours': 'Sun 03:00-03:01', 'limits.callsAtATime': '1' },
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ decision: 'allowed', rule: 'emergency call', limits: [] });
  });

  it('only reads: also of a file whose calls abroad the watch has not noted yet', async () => {
    const { id } = await store.addAccount(plainAccount('12345'));
    const startedAtMs = thursday - 3_600_000;
    await store.save(
      openRecord('riga', {
        ...{ accountId: id, startedAtMs, bridgedAtMs: startedAtMs, answeredAtMs: startedAtMs, endedAtMs: thursday },
        ...{ outcome: 'answered', closedBy: 'event', callType: 'international', calledE164: '+37167001234' },
      }),
    );
    const watching = new Database(join(folder, 'store.db'), { readonly: true });
    const version = (): unknown => watching.pragma('data_version', { simple: true });
    const before = version();
    const flags = { 'watch.officeHours': '' };
    const [riga, london] = ['01137167001235', '011442079460123'];
    const again = await explain(['--number', riga, '--account', '12345'], flags);
    expect(again.out).toMatch(/^rule: +no restriction$/m);
    expect((await explain(['--number', london, '--account', '12345'], flags)).out).toMatch(/first call ever to United/);
    expect(version()).toBe(before);
    watching.close();
    await store.noteDestinations([{ party: 'site', id: 0, destination: 'GB', calledAtMs: startedAtMs }]);
    await store.noteDestinations([{ party: 'account', id: id + 1, destination: 'GB', calledAtMs: startedAtMs }]);
    const first = await explain(['--number', london, '--account', '12345'], flags);
    expect(first.out).toMatch(/watch: account: first call ever to United Kingdom,.*\(warning\)$/m);
  });

  it('wants a number', async () => {
    expect(await explain(['--account', '12345'])).toMatchObject({ code: 2, err: expect.stringContaining('--number') });
    expect(await explain(['--number', '911', '--at', 'soon'])).toMatchObject({ code: 2 });
  });
});
