import { describe, expect, it } from '@jest/globals';
import type { CallScript } from '../../src/simulator/script.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { account, eventually } from '../support/controller.ts';
import { leftMicros } from '../support/ledger.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import type { Browser } from '../web/console/browser.ts';
import { firstAdministrator } from './administrator.ts';
import { answered, controllerWithCalls } from './calls.ts';

const { controller, store, place, recordOf, ...calls } = controllerWithCalls();
let browser: Browser;

/** 6 CHF a minute, by the second. */
async function start(flags: Record<string, string> = {}, onCdr?: (cdr: { text: string }) => void): Promise<void> {
  await calls.start({ 'console.port': '0', ...flags }, onCdr);
  const terms = { connectFeeMicros: 0, priceMicros: 6_000_000, firstIncrementMs: 0, nextIncrementMs: 1000 };
  await store().importRates('standard', ratesSource([rateTerms('1', terms)], 'CHF'));
  browser = await firstAdministrator(controller());
}

/** A call that is up until somebody ends it. */
async function talking(code: string, script: Partial<CallScript> = {}) {
  const call = place(code, { farEnd: answered(Infinity), ...script });
  await eventually(async () => ((await browser.get('/live?q=201')).text.includes('>talking<') ? true : null));
  return call;
}

async function setTo(callId: string, name: string): Promise<string> {
  await browser.get(`/live/${callId}/account`);
  return (await browser.post(`/live/${callId}/account`, { account: name })).text;
}

async function end(callId: string): Promise<void> {
  await browser.get(`/live/${callId}/end`);
  await browser.post(`/live/${callId}/end`);
}

const payIn = (accountId: number, francs: number): Promise<unknown> =>
  store().payIn({
    ...{ id: `pay ${Math.random()}`, accountId, currency: 'CHF', micros: francs * 1_000_000, madeBy: 'test' },
  });
const leftOf = async (accountId: number): Promise<number> => (await leftMicros(store(), accountId)) / 1_000_000;

describe('the account of a call that is up', () => {
  it('is set: that one pays for all of it, its money is reserved, and the other has its own back', async () => {
    await start();
    const { id: from } = await store().addAccount(account('12345', { name: 'Smith', prepaid: true }));
    const { id: to } = await store().addAccount(account('67890', { name: 'Jones', prepaid: true }));
    await payIn(from, 5);
    await payIn(to, 3);
    const { callId, finished } = await talking('12345');
    expect(await leftOf(from)).toBeLessThan(5);
    expect(await setTo(callId, 'jones')).toContain('The account of the call was set.');
    await eventually(async () => ((await leftOf(from)) === 5 && (await leftOf(to)) < 3 ? true : null));
    expect((await store().findCallRecord(callId))?.accountName).toBe('Jones');
    expect((await browser.get('/live')).text).toContain('Jones');
    await end(callId);
    const { billableMs } = await finished;
    expect(await recordOf(callId)).toMatchObject({
      ...{ accountId: to, accountName: 'Jones', code: '67890', uncoded: false, outcome: 'answered', billableMs },
      rule: 'no restriction; account set by anna, before: Smith',
    });
    expect(await leftOf(from)).toBe(5);
    expect(await leftOf(to)).toBeCloseTo(3 - Math.ceil(billableMs / 1000) * 0.1, 5);
    expect(await store().openReservations()).toEqual([]);
    const audit = (await browser.get('/audit')).text;
    expect(audit).toContain('set who pays for a call');
    expect(audit).not.toContain('67890');
  });

  it('is set while it rings, and bounds the conversation by its own limits', async () => {
    await start();
    await store().addAccount(account('12345', { name: 'Smith' }));
    const { id: to } = await store().addAccount(account('67890', { name: 'Jones', prepaid: true }));
    await payIn(to, 0.4);
    const call = place('12345', { farEnd: { kind: 'answers', afterMs: 1_500, talkMs: 20_000, hangsUp: 'callee' } });
    await eventually(async () => ((await browser.get('/live')).text.includes('>ringing<') ? true : null));
    expect(await setTo(call.callId, 'Jones')).toContain('was set');
    const { billableMs, calleeHangupCause } = await call.finished;
    expect(calleeHangupCause).toBe('ALLOTTED_TIMEOUT');
    expect(billableMs).toBeLessThanOrEqual(3_500);
    expect(await recordOf(call.callId)).toMatchObject({ accountName: 'Jones' });
    expect(await leftOf(to)).toBeGreaterThanOrEqual(0);
  });

  it('of a call without a code is set; the record still says that it went out without one', async () => {
    await start({ 'entry.codeLater': 'national' });
    await store().addAccount(account('67890', { name: 'Jones' }));
    const { callId, finished } = await talking('', { keys: ['**8016424655#'] });
    expect((await store().findCallRecord(callId))?.accountId).toBeNull();
    expect(await setTo(callId, '67890')).toContain('was set');
    await end(callId);
    await finished;
    expect(await recordOf(callId)).toMatchObject({ accountName: 'Jones', code: '67890', uncoded: true });
  });

  it('stays as it is where the other may not pay: not good, not allowed the number, limits used up', async () => {
    await start({ 'entry.minimumLevels': 'national=100' });
    const { id: from } = await store().addAccount(account('12345', { name: 'Smith', callsAtATime: 1 }));
    await store().addAccount(account('2', { name: 'Off', enabled: false }));
    await store().addAccount(
      account('3', { name: 'Blocked', restriction: { ...unrestricted, blockedPrefixes: ['801'] } }),
    );
    await store().addAccount(account('4', { name: 'Poor', prepaid: true }));
    await store().addAccount(account('6', { name: 'Low', authorizationLevel: 99 }));
    await store().addAccount(account('7', { name: 'Boss', authorizes: true }));
    await store().addAccount(account('5', { name: 'Closed', callingHours: ['Mon-Sun 00:00-00:01'] }));
    const { callId, finished } = await talking('12345');
    expect(await setTo(callId, 'Off')).toContain('code-disabled');
    expect(await setTo(callId, 'Blocked')).toContain('account: blocked prefix 801');
    expect(await setTo(callId, 'Low')).toContain('authorization level 99');
    expect(await setTo(callId, 'Boss')).toContain('code-unknown');
    expect(await setTo(callId, 'Poor')).toContain('money-used-up');
    expect(await setTo(callId, 'Nobody')).toContain('no account has this billing code or name');
    expect((await store().findCallRecord(callId))?.accountId).toBe(from);
    // It is still counted as Smith's one call at a time.
    const second = await calls.refusedAs(place('12345', { callerNumber: '202' }));
    expect(second.reason).toBe('too-many-calls');
    await end(callId);
    await finished;
    expect(await recordOf(callId)).toMatchObject({ accountId: from, rule: 'no restriction' });
    expect(await calls.refusedAs(place('12345'))).toMatchObject({ outcome: 'answered' });
    await eventually(async () => ((await browser.get(`/live/${callId}/account`)).status === 404 ? true : null));
  });

  it('of an emergency call is set by nobody', async () => {
    await start();
    await store().addAccount(account('67890', { name: 'Jones' }));
    const call = place('', { dialled: '911', keys: [], farEnd: answered(3_000) });
    await eventually(async () => ((await browser.get('/live')).text.includes('>talking<') ? true : null));
    expect(await setTo(call.callId, 'Jones')).toContain('That is an emergency call');
    await call.finished;
    expect(await recordOf(call.callId)).toMatchObject({ accountId: null, callType: 'emergency' });
  });

  it('is that of the CDR, too: a record that is rebuilt from it names the account that was set', async () => {
    const cdrs: string[] = [];
    await start({}, ({ text }) => cdrs.push(text));
    await store().addAccount(account('12345', { name: 'Smith' }));
    const { id: to } = await store().addAccount(account('67890', { name: 'Jones' }));
    const { callId, finished } = await talking('12345');
    expect(await setTo(callId, 'Jones')).toContain('was set');
    await end(callId);
    await finished;
    expect(cdrs).toHaveLength(2);
    for (const cdr of cdrs) expect(cdr).toMatch(new RegExp(`"billing_account_id": "${to}"`));
  });
});
