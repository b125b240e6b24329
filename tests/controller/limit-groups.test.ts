import { describe, expect, it } from '@jest/globals';
import { account, eventually } from '../support/controller.ts';
import { unrestricted } from '../../src/words/directory.ts';
import type { DestinationInput, DepartmentInput } from '../../src/words/directory.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import { answered, controllerWithCalls, number } from './calls.ts';

const { store, place, up, recordOf, refusedAs, restart, ...calls } = controllerWithCalls();

/** 6 CHF a minute, by the second: 0.10 CHF a second, for all of +1. Two accounts of one department, and one without. */
async function start(flags: Record<string, string> = {}): Promise<void> {
  await calls.start({ 'limits.warnSeconds': '0', ...flags });
  const terms = { connectFeeMicros: 0, priceMicros: 6_000_000, firstIncrementMs: 0, nextIncrementMs: 1000 };
  await store().importRates('standard', ratesSource([rateTerms('1', terms)], 'CHF'));
  await store().addAccount(account('11111', { department: 'Sales' }));
  await store().addAccount(account('22222', { department: 'Sales' }));
  await store().addAccount(account('33333'));
}

type Limit = Omit<DepartmentInput & DestinationInput, 'name' | 'prefixes' | 'callTypes' | 'callerNumber' | 'mail'>;

/** Who shares the limit: two codes that do, and one call that does not. */
const groups = [
  {
    called: 'department Sales',
    limit: (limit: Limit) => store().updateDepartment('sales', limit),
    sharing: ['11111', '22222'],
    other: () => place('33333'),
  },
  {
    called: 'destination Utah',
    limit: (limit: Limit) => store().addDestination({ name: 'Utah', prefixes: ['1801'], ...limit }),
    sharing: ['11111', '33333'],
    other: () => place('11111', { keys: ['11111**3055550123#'] }),
  },
  {
    called: 'destination at home',
    limit: (limit: Limit) => store().addDestination({ name: 'at home', callTypes: ['local', 'national'], ...limit }),
    sharing: ['11111', '33333'],
    other: () => place('11111', { keys: ['11111**18005550123#'] }),
  },
];

describe.each(groups)('a limit of the $called', ({ called, limit, sharing: [one = '', another = ''], other }) => {
  it('on calls at a time is shared by all of it and by nobody else', async () => {
    await start();
    await limit({ callsAtATime: 1 });
    const first = place(one, { farEnd: answered(800) });
    await up(2);
    expect(await refusedAs(place(another))).toMatchObject({
      ...{ outcome: 'refused', reason: 'too-many-calls', rule: `${called}: calls at a time 1, 1 are up` },
    });
    expect((await other().finished).calledNumber).not.toBeNull();
    await recordOf((await first.finished).callId);
    expect(await place(another).finished).toMatchObject({ calledNumber: number });
  });

  it('on the price and hours refuses with its name', async () => {
    await start();
    await limit({ highestPrice: 1_000_000, moneyPerMonth: 100_000 });
    const dear = place(one, { keys: [`${one}**${number}#`], outOfKeys: 'hang-up' });
    expect((await dear.finished).heard.map(({ file }) => file)).toContainEqual(
      expect.stringContaining('price-too-high'),
    );
    const hour = (new Date().getUTCHours() + 3) % 24;
    const never = [`Mon-Sun ${String(hour).padStart(2, '0')}:00-${String(hour).padStart(2, '0')}:30`];
    await change(called, { highestPrice: null, callingHours: never });
    expect(await refusedAs(place(another))).toMatchObject({
      ...{ reason: 'outside-hours', rule: `${called}: calling hours ${never.join(', ')}` },
    });
    await change(called, { callingHours: [] });
    expect(await refusedAs(place(another))).toMatchObject({
      ...{ reason: 'money-used-up', rule: `${called}: money a month 0.10 CHF, 0.10 CHF left` },
    });
  });
});

const change = (called: string, limit: Limit): Promise<unknown> =>
  called.startsWith('department')
    ? store().updateDepartment('Sales', limit)
    : store().updateDestination(called.replace('destination ', ''), limit);

it.each([
  ['department', '22222'],
  ['destination', '33333'],
])(
  'an amount of a %s is never overspent, and counts on after a restart and where records are gone',
  async (kind, another) => {
    await start();
    const { callId, billableMs } = await place('11111', { farEnd: answered(1_200) }).finished;
    await recordOf(callId);
    const spent = Math.ceil(billableMs / 1000) * 100_000;
    const limit = { moneyPerContract: spent + 300_000 };
    if (kind === 'department') await store().updateDepartment('Sales', limit);
    else await store().addDestination({ name: 'Utah', prefixes: ['1801'], ...limit });
    const cut = await place(another, { farEnd: answered(20_000) }).finished;
    expect(cut.calleeHangupCause).toBe('ALLOTTED_TIMEOUT');
    await recordOf(cut.callId);
    await store().removeSome({ beforeMs: Date.now() + 1, limit: 10 });
    expect(await store().findCallRecord(callId)).toBeNull();
    await restart({ 'limits.warnSeconds': '0' });
    const rule = `${kind === 'department' ? 'department Sales' : 'destination Utah'}: money a contract`;
    const { reason, rule: said } = await eventually(async () => {
      const next = await refusedAs(place('11111', { farEnd: answered(20_000) }));
      return next.outcome === 'refused' ? next : null;
    }, 20_000);
    expect([reason, said]).toEqual(['money-used-up', expect.stringContaining(rule)]);
    expect((await place('33333', { keys: ['33333**18005550123#'] }).finished).calledNumber).not.toBeNull();
  },
);

it('of a department is also of calls from its phones that an account without one pays for, and stops no emergency', async () => {
  await start();
  await store().addExtension({ number: '201', name: '', department: 'Sales', restriction: unrestricted });
  await store().updateDepartment('Sales', { callsPerMinute: 1 });
  expect((await place('33333').finished).calledNumber).toBe(number);
  expect(await refusedAs(place('11111'))).toMatchObject({ rule: 'department Sales: calls a minute 1' });
  expect((await place('11111', { dialled: '911', keys: [] }).finished).calledNumber).toBe('911');
  expect((await place('33333', { callerNumber: '202' }).finished).calledNumber).toBe(number);
});
