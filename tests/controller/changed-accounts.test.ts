import { describe, expect, it } from '@jest/globals';
import type { Account, AccountInput, Changes } from '../../src/words/directory.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import { storedAccount } from '../store/records.ts';
import { account, happens } from '../support/controller.ts';
import { answered, controllerWithCalls, number } from './calls.ts';

const { controller, store, place, recordOf, start } = controllerWithCalls();

/** As where a DBA deletes the row, or another account gets the code under an id of its own. */
async function removeRow(another: readonly Account[] = []): Promise<void> {
  const { id } = (await store().findAccountByCode('12345')) ?? { id: 0 };
  const nothing = { departments: [], extensions: [], destinations: [], complete: [], position: null };
  await store().applyDirectory({ ...nothing, accounts: another, removed: [{ table: 'accounts', id }] });
}

type Change = Changes<AccountInput> | (() => Promise<void>);

const changes: [string, Change, string][] = [
  ['is deleted', () => removeRow(), 'code-unknown'],
  ['is deleted, and whose code is somebody else’s now', () => removeRow([storedAccount(77, '12345')]), 'code-unknown'],
  ['is disabled', { enabled: false }, 'code-disabled'],
  ['gets another code', { code: '99999' }, 'code-unknown'],
  ['is closed by date', { validUntilMs: 1_000 }, 'code-expired'],
  [
    'may not call the number any more',
    { restriction: { ...unrestricted, blockedPrefixes: ['801'] } },
    'number-blocked',
  ],
];

/** Calls with the code, changes the account as soon as the caller hears `heard`, and keys the rest then. */
async function changedAt(heard: RegExp, change: Change, dialled: string, keys: string[]) {
  let changed = false;
  const { finished } = place('12345', {
    ...{ dialled, farEnd: answered(), outOfKeys: 'hang-up' },
    keys: keys.map((digits, at) => (at === 0 ? digits : { digits, afterMs: 150 })),
    onDialogue: (event) => {
      if (event.kind !== 'heard' || !heard.test(event.file) || changed) return;
      changed = true;
      void (typeof change === 'function' ? change() : store().updateAccount('12345', change));
    },
  });
  const { callId, calledNumber, heard: all } = await finished;
  return { calledNumber, record: await recordOf(callId), heard: all.map(({ file }) => file) };
}

describe('an account that', () => {
  it.each(changes)('%s while its caller hears the price does not pay any more', async (_what, change, reason) => {
    await start({ 'entry.confirmPrice': 'national', 'dialPlan.areaCode': '', 'watch.officeHours': '' });
    await store().addAccount(account('12345', { moneyPerDay: 100_000_000 }));
    await store().importRates('default', ratesSource([rateTerms('1')]));
    const { calledNumber, record } = await changedAt(/announce:price/, change, '9', [`12345**${number}#`, '1']);
    expect(calledNumber).toBeNull();
    expect(record).toMatchObject({ outcome: 'refused', reason, bridgedAtMs: null, gateway: null, calleeLegId: null });
    expect(record.rule).toMatch(/the account was changed|blocked prefix/);
    expect(await store().openReservations()).toEqual([]);
    // What it had reserved is free again, and it does not count as a call that is up.
    expect(controller().liveCalls()).toBe(0);
  });

  it.each(changes)(
    '%s while its caller is asked for the number does not pay any more',
    async (_what, change, reason) => {
      await start();
      await store().addAccount(account('12345'));
      const { calledNumber, record, heard } = await changedAt(/ask_number/, change, '8', ['12345#', `${number}#`]);
      expect(calledNumber).toBeNull();
      expect(record.bridgedAtMs).toBeNull();
      const asked = reason === 'number-blocked' ? 'billing_ask_number' : 'billing_ask_code';
      expect(heard.at(-1)).toBe(`phrase:${asked}:${reason}`);
    },
  );

  it('is changed otherwise pays as it is now', async () => {
    await start();
    await store().addAccount(account('12345'));
    const change = { department: 'sales', longestCallMinutes: 1 };
    const { calledNumber, record } = await changedAt(/ask_number/, change, '8', ['12345#', `${number}#`]);
    expect(calledNumber).toBe(number);
    const [sales] = await store().listDepartments();
    expect(record).toMatchObject({ outcome: 'answered', departmentId: sales?.id });
  });

  it.each(changes)('%s delays and stops no emergency call', async (_what, change) => {
    await start();
    await store().addAccount(account('12345'));
    const { calledNumber, record } = await changedAt(/ask_number/, change, '8', ['12345#', '911#']);
    expect(calledNumber).toBe('911');
    expect(record).toMatchObject({ callType: 'emergency' });
    await happens(() => controller().liveCalls() === 0);
  });
});

describe('just before a call is placed', () => {
  it.each(changes)(
    'an account that %s while another gateway is tried does not pay for the next',
    async (_what, change, reason) => {
      await start({ 'routes.external': 'sofia/gateway/first/{number}, sofia/gateway/second/{number}' });
      await store().addAccount(account('12345'));
      const dialled: string[] = [];
      const { finished } = place('12345', {
        farEnd: () => (dialled.length > 1 ? answered() : { kind: 'refuses', status: 503, afterMs: 400 }),
        onDialogue(event) {
          if (event.kind !== 'calling') return;
          dialled.push(event.number);
          if (dialled.length === 1)
            void (typeof change === 'function' ? change() : store().updateAccount('12345', change));
        },
      });
      const record = await recordOf((await finished).callId);
      expect(dialled).toHaveLength(1);
      expect(record).toMatchObject({ outcome: 'refused', reason });
      expect(await store().openReservations()).toEqual([]);
    },
  );

  const barred = { restriction: { ...unrestricted, allowedCallTypes: ['internal'] } } as const;

  it('a phone that was barred while its caller hears the price does not call', async () => {
    await start({ 'entry.confirmPrice': 'national', 'dialPlan.areaCode': '', 'watch.officeHours': '' });
    await store().addAccount(account('12345'));
    await store().addExtension({ number: '201', name: '', department: null, restriction: unrestricted });
    await store().importRates('default', ratesSource([rateTerms('1')]));
    const bar = async (): Promise<void> => {
      await store().updateExtension('201', barred);
    };
    const { calledNumber, record } = await changedAt(/announce:price/, bar, '9', [`12345**${number}#`, '1']);
    expect(calledNumber).toBeNull();
    expect(record).toMatchObject({ outcome: 'refused', reason: 'call-type-not-allowed', bridgedAtMs: null });
  });

  it('a phone that was barred is barred without a code, too, where the call has waited for its gateway', async () => {
    await start({
      'entry.directWithoutCode': 'national',
      ...{ 'dialPlan.areaCode': '', 'routes.external': 'sofia/gateway/first/{number}, sofia/gateway/second/{number}' },
    });
    await store().addExtension({ number: '201', name: '', department: null, restriction: unrestricted });
    let calls = 0;
    const { finished } = place('12345', {
      ...{ dialled: number, keys: [] },
      farEnd: () => (calls > 1 ? answered() : { kind: 'refuses', status: 503, afterMs: 400 }),
      onDialogue(event) {
        if (event.kind === 'calling' && (calls += 1) === 1) void store().updateExtension('201', barred);
      },
    });
    expect(await recordOf((await finished).callId)).toMatchObject({
      outcome: 'refused',
      reason: 'call-type-not-allowed',
    });
    expect(calls).toBe(1);
  });
});
