import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { unrestricted, type Restriction } from '../../src/words/directory.ts';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallResult, CallScript } from '../../src/simulator/script.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';

let controller: TestController;
let simulator: Simulator;

/** A site in Utah with the accounts and phones that the calls below name. */
async function open(settings: Record<string, string> = {}, paceMs = 0): Promise<void> {
  controller = await startTestController({
    'call.ringSeconds': '2',
    'call.emergencyRingSeconds': '2',
    'dialPlan.areaCode': '801',
    'entry.firstDigitMs': '1000',
    'entry.digitMs': '5000',
    ...settings,
  });
  const { store } = controller;
  await store.addAccount(account('12345'));
  await store.addAccount(account('777'));
  await store.addAccount(account('66666', { enabled: false }));
  const phone = (number: string, changes: Partial<Restriction>): Promise<unknown> =>
    store.addExtension({ number, name: '', department: null, restriction: { ...unrestricted, ...changes } });
  await phone('201', { minimumDigits: 7 });
  await phone('202', { allowedCallTypes: ['national', 'international'] });
  await phone('203', { blockedPrefixes: ['300'] });
  await phone('205', { allowedCallTypes: ['emergency'] });
  await phone('206', {});
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs });
}

afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

type Played = { result: CallResult; record: CallRecord; ms: number };

async function play(script: CallScript): Promise<Played> {
  const startedAt = performance.now();
  let placedAt = Number.NaN;
  const call = simulator.placeCall({
    outOfKeys: 'hang-up',
    farEnd: { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' },
    ...script,
    onDialogue: ({ kind }) => {
      if (kind === 'calling') placedAt = performance.now();
    },
  });
  const result = await call.finished;
  const record = await eventually(async () => {
    const found = await controller.store.findCallRecord(call.callId);
    return found?.endedAtMs == null ? null : found;
  }, 15_000);
  return { result, record, ms: placedAt - startedAt };
}

describe('nobody calls out without saying who pays', () => {
  it.each<[string, string, string]>([
    ['201', '300', '01133142961020'],
    ['201', '300', '19005551234'],
    ['202', '300', '01133142961020'],
    ['203', '300', '8016424655'],
  ])(
    'phone %s dials %s, which is refused, and then keys %s: a code is asked for',
    async (callerNumber, dialled, keyed) => {
      await open();
      const { result, record } = await play({ dialled, callerNumber, keys: [`${keyed}#`] });
      expect(result.calledNumber).toBeNull();
      expect(result.heard.at(-1)?.file).toBe('phrase:billing_ask_code:first');
      expect(record).toMatchObject({ outcome: 'abandoned', accountId: null });
    },
  );

  it('a code keyed after a refused number places the next number, and its account pays', async () => {
    await open();
    const { result, record } = await play({ dialled: '300', callerNumber: '201', keys: ['8016424655#', '12345#'] });
    expect(result.calledNumber).toBe('8016424655');
    expect(record).toMatchObject({ outcome: 'answered', code: '12345' });
  });

  it.each(['205', '0205', '+205', '205#', '２０５', '٢٠٥', '(205)'])(
    'a phone for emergency calls alone is that phone, sent as %s',
    async (callerNumber) => {
      await open();
      const { result, record } = await play({ dialled: '300', callerNumber, keys: [] });
      expect(result.calledNumber).toBeNull();
      expect(record.extension).toBe('205');
    },
  );

  it.each(['911;phone-context=+1', '9-1-1', '(911)', '911 ', '９１１', '911,', '$911'])(
    'an emergency number that the phone system sends as "%s" goes out at once',
    async (dialled) => {
      await open();
      const { result, record } = await play({ dialled, callerNumber: '205' });
      expect(result.calledNumber).toBe('911');
      expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', keyedNumber: '911' });
    },
  );

  it.each(['+1 (801) 642-4655', '801.642.4655', '801-642-4655;ext=5', '\u202a801\u00a0642\u20114655\u202c'])(
    'a number that the phone system sends as "%s" is that number, by the same rules',
    async (dialled) => {
      await open();
      const { result, record } = await play({ dialled, callerNumber: '201', keys: ['12345#'] });
      expect(result.calledNumber).toMatch(/^(\+1)?8016424655$/);
      expect(record).toMatchObject({ outcome: 'answered', code: '12345', calledE164: '+18016424655' });
    },
  );

  it.each<[string, string, string | null, string]>([
    ['as-is', '', '300', 'answered'],
    ['code-always', '', null, 'abandoned'],
    ['code-always', '999', null, 'abandoned'],
    ['refuse', '', null, 'refused'],
    ['refuse', 'anonymous', null, 'refused'],
  ])('entry.unknownExtension %s decides about a phone sent as "%s"', async (policy, callerNumber, called, outcome) => {
    await open({ 'entry.unknownExtension': policy });
    const { result, record } = await play({ dialled: '300', callerNumber });
    expect(result.calledNumber).toBe(called);
    expect(record).toMatchObject({ outcome, ...(policy === 'refuse' ? { reason: 'extension-unknown' } : {}) });
    expect((await play({ dialled: '911', callerNumber })).result.calledNumber).toBe('911');
  });

  it('a code and a number may be keyed at the prompt for the number, and the code is shown nowhere', async () => {
    await open({ 'log.level': 'debug' });
    const { result, record } = await play({ dialled: '8', keys: ['12345#', '777**8016424655#'] });
    expect(result.calledNumber).toBe('8016424655');
    expect(record).toMatchObject({ code: '777', keyedNumber: '8016424655', accountName: 'Account 777' });
    expect(controller.logged()).not.toMatch(/12345|777\*\*/);
  });

  it.each<[string, string]>([
    ['12345*8016424655', '***45*8016424655'],
    ['12345', '***45'],
    ['777', '***'],
    ['66666*', '***66*'],
    // With a digit that is keyed before numbers, and with nothing between code and number.
    ['912345', '****45'],
    ['012345', '****45'],
    ['*6712345', '******45'],
    ['123458016424655', '*************55'],
    ['9123458016424655', '**************55'],
  ])('%s keyed as a number is shown as %s', async (keyed, shown) => {
    await open();
    const { record } = await play({ dialled: '8', keys: ['12345#', `${keyed}#`] });
    expect(record.keyedNumber).toBe(shown);
    expect(controller.logged()).not.toMatch(new RegExp(`number=${keyed.replaceAll('*', '\\*')}( |$)`, 'm'));
  });
});

describe('direct entry', () => {
  it.each<[string, string]>([
    ['internal', '300'],
    ['toll-free', '18005550123'],
    ['emergency', '911'],
  ])('places an %s call (%s) at once: nothing is asked, and nobody pays', async (callType, dialled) => {
    await open();
    const { result, record } = await play({ dialled, callerNumber: '206', keys: [] });
    expect(result).toMatchObject({ calledNumber: dialled, answered: true, heard: [] });
    expect(record).toMatchObject({
      ...{ entry: 'direct', keyedNumber: dialled, calledNumber: dialled, callType, outcome: 'answered', reason: null },
      ...{ code: '', accountId: null, extension: '206' },
    });
    expect(record.extensionId).not.toBeNull();
  });

  it('asks for the code alone where the call costs something, and its account pays', async () => {
    await open();
    const { result, record } = await play({ dialled: '8016424655', callerNumber: '201', keys: ['12345#'] });
    expect(result.heard.map(({ file }) => file)).toEqual(['phrase:billing_ask_code:first']);
    expect(record).toMatchObject({ entry: 'direct', calledNumber: '8016424655', code: '12345', outcome: 'answered' });
  });
});

describe('the department of a record', () => {
  it.each<[string, string, string[], string]>([
    ['the account’s', '204', ['12346#', '8016424655#'], 'Sales'],
    ['the phone’s, where the account has none', '204', ['12345#', '8016424655#'], 'Workshop'],
    ['not that of a code which gave way to an unknown one', '204', ['12346#', '99999**8016424655#'], 'Workshop'],
    ['not that of a code which an emergency call does not need', '204', ['12346#', '911'], 'Workshop'],
    ['nobody’s, where neither has one', '201', ['12345#', '8016424655#'], ''],
  ])('is %s', async (_whose, callerNumber, keys, department) => {
    await open();
    const { store } = controller;
    await store.addAccount(account('12346', { department: 'Sales' }));
    await store.addExtension({ number: '204', name: '', department: 'Workshop', restriction: unrestricted });
    const { record } = await play({ dialled: '8', callerNumber, keys });
    const departments = await store.listDepartments();
    expect(departments.find(({ id }) => id === record.departmentId)?.name ?? '').toBe(department);
  });
});

describe('an emergency number', () => {
  it.each<[string, Partial<CallScript>]>([
    ['99999**911#', { dialled: '9', keys: ['99999**911#'] }],
    ['66666**911#', { dialled: '9', keys: ['66666**911#'] }],
    ['911*#', { dialled: '9', keys: ['911*#'] }],
    ['**911#', { dialled: '9', keys: ['**911#'] }],
    ['9911# for a code', { dialled: '8', keys: ['9911#'] }],
    ['12345**9911#', { dialled: '9', keys: ['12345**9911#'] }],
    ['+911 direct', { dialled: '+911' }],
    ['112 after a wrong code', { dialled: '8', keys: ['99999#', '112#'] }],
    ['911 for a number', { dialled: '8', keys: ['12345#', '911#'] }],
    ['911 from a phone for nothing else', { dialled: '9', callerNumber: '0205', keys: ['911#'] }],
  ])('%s is called', async (_input, script) => {
    await open();
    const { result, record } = await play({ dialled: '8', ...script });
    expect(result.calledNumber).toMatch(/^(911|112)$/);
    expect(record).toMatchObject({ callType: 'emergency', outcome: 'answered', accountId: null, code: '' });
  });

  it.each<[string, CallScript, number]>([
    ['for a code', { dialled: '8', keys: ['911'] }, 1500],
    ['in the shortcut', { dialled: '9', keys: ['9911'] }, 1500],
    ['for a number', { dialled: '8', keys: ['12345#', '911'] }, 1500],
    // A pause of a second; the time between two keys is 5 s.
    ['behind a code', { dialled: '9', keys: ['12345**911'] }, 2500],
    ['behind a code that is none', { dialled: '8', keys: ['99999**9911'] }, 2500],
  ])('needs no # %s: it goes out on its last digit', async (_where, script, withinMs) => {
    await open();
    const { result, ms } = await play(script);
    expect(result.calledNumber).toBe('911');
    expect(ms).toBeLessThan(withinMs);
  });

  it.each(['9115#', '9118016424655#', '911**12345#'])('is not called for %s', async (keys) => {
    await open();
    for (const keyIntervalMs of [0, 50]) {
      const { result } = await play({ dialled: '8', keys: [keys], keyIntervalMs });
      expect(result.calledNumber).toBeNull();
    }
  });

  it.each<[string, CallScript]>([
    ['a code', { dialled: '8', keys: ['11234#', '8016424655#'] }],
    ['an extension', { dialled: '8', keys: ['12345#', '1129#'] }],
  ])('is not called when a caller slowly keys %s that begins with it', async (_what, script) => {
    await open();
    await controller.store.addAccount(account('11234'));
    await controller.store.addExtension({ number: '1129', name: '', department: null, restriction: unrestricted });
    const { result } = await play({ ...script, callerNumber: '299', keyIntervalMs: 700 });
    expect(result.calledNumber).toMatch(/^(8016424655|1129)$/);
  });

  it('is not called when a caller makes pauses in a code and an extension that begins with it', async () => {
    // A pause is half of that.
    await open({ 'entry.digitMs': '600' });
    await controller.store.addExtension({ number: '1129', name: '', department: null, restriction: unrestricted });
    const { result, record } = await play({
      dialled: '9',
      keys: ['12345**1129#'],
      callerNumber: '299',
      keyIntervalMs: 400,
    });
    expect(result.calledNumber).toBe('1129');
    expect(record).toMatchObject({ code: '12345' });
  });

  it('goes out by the second route if the first one refuses, and the record names that route', async () => {
    await open({
      'routes.emergency': 'sofia/gateway/lines/{number}',
      'routes.external': 'sofia/gateway/carrier/{number}',
    });
    let calls = 0;
    const { result, record } = await play({
      dialled: '911',
      farEnd: () =>
        ++calls === 1
          ? { kind: 'refuses', status: 603 }
          : { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' },
    });
    expect(result.answered).toBe(true);
    expect(record).toMatchObject({ outcome: 'answered', gateway: 'carrier' });
  });
});

describe('keys that are typed ahead', () => {
  it('are all read at the speed of a memory key, although the channel drops keys when nothing collects them', async () => {
    await open({}, 20);
    const { result, record } = await play({ dialled: '8', keys: ['12345#2126424655#'], keyIntervalMs: 100 });
    expect(result.calledNumber).toBe('2126424655');
    expect(record).toMatchObject({ code: '12345', calledE164: '+12126424655' });
  });

  it('need no # after a complete number', async () => {
    await open({}, 20);
    const { result, ms } = await play({ dialled: '8', keys: ['12345#', '12126424655'], keyIntervalMs: 50 });
    expect(result.calledNumber).toBe('12126424655');
    expect(ms).toBeLessThan(4000);
  });
});

describe('several gateways', () => {
  const routes = { 'routes.external': 'sofia/gateway/first/{number},sofia/gateway/second/{number}' };
  const refusesOnce = (status: number): NonNullable<CallScript['farEnd']> => {
    let calls = 0;
    return () =>
      ++calls === 1 ? { kind: 'refuses', status } : { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' };
  };

  it('are tried in turn while the gateway is at fault', async () => {
    await open(routes);
    const { record } = await play({ dialled: '9', keys: ['12345**8016424655#'], farEnd: refusesOnce(503) });
    expect(record).toMatchObject({ outcome: 'answered', gateway: 'second' });
  });

  it.each([486, 404, 603])('are not tried after %s, which is the called party’s answer', async (status) => {
    await open(routes);
    const { record } = await play({ dialled: '9', keys: ['12345**8016424655#'], farEnd: refusesOnce(status) });
    expect(record).toMatchObject({ billableMs: 0, gateway: 'first' });
    expect(record.outcome).not.toBe('answered');
  });
});

describe('a leg that returns', () => {
  it('after a conversation is not served, and its record stays as it is', async () => {
    await open();
    const variables = { billing_talked: 'true' };
    const call = simulator.placeCall({ dialled: '9', variables });
    await expect(call.finished).resolves.toMatchObject({ hangupCause: 'CALL_REJECTED' });
    expect(await controller.store.findCallRecord(call.callId)).toBeNull();
  });
});

describe('a call that demands an authorization level', () => {
  const levels = {
    'entry.minimumLevels': 'international=100,1900=200,toll-free=50',
    'entry.codeLater': 'international',
  };
  async function openLevels(): Promise<void> {
    await open(levels);
    await controller.store.addAccount(account('55501', { authorizationLevel: 99 }));
    await controller.store.addAccount(account('55502', { authorizationLevel: 100 }));
  }
  const paris = '01133142961020';

  it.each<[string, CallScript]>([
    ['prompted', { dialled: '8', keys: ['55501#', `${paris}#`, `55502**${paris}#`] }],
    ['shortcut', { dialled: '9', keys: [`55501**${paris}#`, `55502**${paris}#`] }],
    ['direct, where the code is asked for again', { dialled: paris, keys: ['55501#', '55502#'] }],
  ])('%s: is refused to a lower one, with a sentence, and placed with another code', async (_entry, script) => {
    await openLevels();
    const { result, record } = await play(script);
    expect(result.heard.map(({ file }) => file).at(-1)).toMatch(/^phrase:billing_ask_(number|code):level-too-low$/);
    expect(result.calledNumber).toBe(paris);
    expect(record).toMatchObject({ outcome: 'answered', code: '55502' });
  });

  it('is refused in the end with its reason and rule', async () => {
    await openLevels();
    for (const script of [
      { dialled: paris, keys: ['55501#', '55501#', '55501#'] },
      { dialled: '9', keys: ['55501**19005551234#', '19005551234#', '19005551234#'] },
    ]) {
      const { result, record } = await play(script);
      expect(result.calledNumber).toBeNull();
      expect(record).toMatchObject({ outcome: 'refused', reason: 'level-too-low' });
      expect(record.rule).toMatch(/^account: authorization level 99, (international demands 100|1900 demands 200)$/);
    }
  });

  it('needs a code, whatever its type needs: nobody calls it without one, and 911 demands nothing', async () => {
    await openLevels();
    const free = await play({ dialled: '18005550123', keys: ['55501#'] });
    expect(free.record).toMatchObject({ outcome: 'answered', code: '55501', callType: 'toll-free' });
    const later = await play({ dialled: '9', keys: [`**${paris}#`, '55502#'] });
    expect(later.record).toMatchObject({ outcome: 'answered', code: '55502', uncoded: false });
    expect((await play({ dialled: '911', keys: [] })).result.calledNumber).toBe('911');
  });
});

describe('a call type whose price is to be confirmed', () => {
  const told = 'phrase:billing_announce:price:1.20:CHF';

  async function openPriced(settings: Record<string, string> = {}): Promise<void> {
    await open({ 'entry.confirmPrice': 'national,international', ...settings });
    await controller.store.importRates(
      'standard',
      ratesSource([rateTerms('1', { priceMicros: 1_200_000, connectFeeMicros: 0 })], 'CHF'),
    );
  }

  it.each<[string, CallScript]>([
    ['prompted', { dialled: '8', keys: ['12345#', '2126424655#', '1'] }],
    ['shortcut', { dialled: '9', keys: ['12345**2126424655#', '1'] }],
    ['direct', { dialled: '2126424655', keys: ['12345#', '1#'] }],
  ])('%s: is told after code and number, and placed for 1', async (_entry, script) => {
    await openPriced();
    const { result, record } = await play(script);
    expect(result.heard.at(-1)?.file).toBe(told);
    expect(result.calledNumber).toBe('2126424655');
    expect(record).toMatchObject({ outcome: 'answered', code: '12345', callType: 'national' });
    expect(record.rule).toMatch(/; 1\.20 CHF a minute confirmed$/);
  });

  it.each<[string, string]>([
    ['another key', '2'],
    ['silence', ''],
  ])('is not placed for %s', async (_what, keys) => {
    await openPriced();
    const { result, record } = await play({ dialled: '9', keys: ['12345**2126424655#', keys], outOfKeys: 'wait' });
    expect(result.calledNumber).toBeNull();
    expect(record).toMatchObject({ outcome: 'refused', reason: 'price-not-confirmed', hangupCause: 'CALL_REJECTED' });
    expect(record).toMatchObject({ rule: 'entry.confirmPrice: 1.20 CHF a minute not confirmed', bridgedAtMs: null });
    expect(result.heard.at(-1)?.file).toBe('phrase:billing_farewell:goodbye');
  });

  it('gives way to an emergency call at once, which then counts for nobody', async () => {
    await openPriced();
    const { result, record } = await play({ dialled: '9', keys: ['12345**2126424655#', '911'] });
    expect(result.calledNumber).toBe('911');
    expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', accountId: null, code: '' });
    expect(await controller.store.openReservations()).toEqual([]);
  });

  it('of which nobody can tell the price is refused', async () => {
    await openPriced();
    const { result, record } = await play({ dialled: '9', keys: ['12345**01133142961020#'] });
    expect(result.heard.map(({ file }) => file)).toContain('phrase:billing_ask_number:price-unknown');
    expect(record).toMatchObject({ outcome: 'abandoned', keyedNumber: '01133142961020', callType: null });
  });

  it('leaves other types as they were, and one call of an account that may have one is one while it waits', async () => {
    await openPriced();
    expect((await play({ dialled: '300', callerNumber: '206' })).result).toMatchObject({
      calledNumber: '300',
      heard: [],
    });
    await controller.store.addAccount(account('888', { callsAtATime: 1 }));
    const unconfirmed = await play({ dialled: '9', keys: ['888**2126424655#', '5'] });
    expect(unconfirmed.record.reason).toBe('price-not-confirmed');
    const next = await play({ dialled: '9', keys: ['888**2126424655#', '1'] });
    expect(next.record).toMatchObject({ outcome: 'answered', code: '888' });
  });
});

describe('a call whose code comes later', () => {
  const later = { 'entry.codeLater': 'national' };

  it.each<[string, CallScript]>([
    ['prompted', { dialled: '8', keys: ['#', '2126424655#'] }],
    ['shortcut', { dialled: '9', keys: ['**2126424655#'] }],
    ['direct', { dialled: '2126424655', keys: ['#'] }],
  ])('%s: goes out uncoded, on the list of the phone, and an account is found for it later', async (_entry, script) => {
    await open(later);
    const { result, record } = await play({ ...script, callerNumber: '206' });
    expect(result).toMatchObject({ calledNumber: '2126424655', answered: true });
    expect(record).toMatchObject({ outcome: 'answered', accountId: null, code: '', uncoded: true, extension: '206' });
    const { store } = controller;
    const list = async (uncodedOf: string | null) =>
      (await store.listCallRecords({ uncodedOf })).map(({ callId }) => callId);
    expect(await list(null)).toEqual([record.callId]);
    expect(await list('206')).toEqual([record.callId]);
    expect(await list('201')).toEqual([]);
    await store.moveCall({ callId: record.callId, toAccountCode: '12345', why: 'hers', movedBy: 'Ann' });
    expect(await list(null)).toEqual([]);
    expect(await store.findCallRecord(record.callId)).toMatchObject({ accountName: 'Account 12345', uncoded: true });
  });

  it.each<[string, string, Record<string, string>]>([
    ['another type', '206', { 'entry.codeLater': 'international' }],
    ['a phone without a number', 'anonymous', later],
    ['a phone that must always key a code', '999', { ...later, 'entry.unknownExtension': 'code-always' }],
  ])('is none of %s', async (_what, callerNumber, settings) => {
    await open(settings);
    const { result, record } = await play({ dialled: '9', callerNumber, keys: ['**2126424655#'] });
    expect(result.calledNumber).toBeNull();
    expect(record).toMatchObject({ outcome: 'abandoned', uncoded: false });
    expect(result.heard.at(-1)?.file).toBe('phrase:billing_ask_code:no-digits');
  });

  it('keeps the limits of the phone', async () => {
    await open(later);
    const { record } = await play({ dialled: '9', callerNumber: '205', keys: ['**2126424655#'] });
    expect(record).toMatchObject({ outcome: 'abandoned', uncoded: false });
    expect((await play({ dialled: '9', callerNumber: '205', keys: ['**911#'] })).result.calledNumber).toBe('911');
  });

  it('is confirmed by its price where that is wanted, too', async () => {
    await open({ ...later, 'entry.confirmPrice': 'national' });
    await controller.store.importRates('standard', ratesSource([rateTerms('1', { connectFeeMicros: 0 })], 'CHF'));
    const { result, record } = await play({ dialled: '9', callerNumber: '206', keys: ['**2126424655#', '1'] });
    expect(result.heard.at(-1)?.file).toBe('phrase:billing_announce:price:0.12:CHF');
    expect(record).toMatchObject({ outcome: 'answered', uncoded: true });
  });
});

describe('the last code again by #', () => {
  async function openWithPhone(lastCodeMinutes: number | null, settings: Record<string, string> = {}): Promise<void> {
    await open(settings);
    const restriction = unrestricted;
    await controller.store.addExtension({ number: '210', name: '', department: null, restriction, lastCodeMinutes });
  }
  const byCode = (): Promise<Played> => play({ dialled: '9', callerNumber: '210', keys: ['12345**2126424655#'] });
  const again = (): Promise<Played> => play({ dialled: '9', callerNumber: '210', keys: ['**2126424655#'] });

  it('is paid for by the account of the code that was keyed at this phone', async () => {
    await openWithPhone(10);
    expect((await again()).record).toMatchObject({ outcome: 'abandoned', accountId: null });
    await byCode();
    const { result, record } = await again();
    expect(result.calledNumber).toBe('2126424655');
    expect(record).toMatchObject({ outcome: 'answered', code: '12345', accountName: 'Account 12345', uncoded: false });
    for (const script of [
      { dialled: '2126424655', keys: ['#'] },
      { dialled: '8', keys: ['#', '2126424655#'] },
    ]) {
      expect((await play({ ...script, callerNumber: '210' })).record).toMatchObject({ code: '12345' });
    }
    const other = await play({ dialled: '9', callerNumber: '206', keys: ['**2126424655#'] });
    expect(other.record).toMatchObject({ outcome: 'abandoned', accountId: null });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['turned off', () => controller.store.updateAccount('12345', { enabled: false })],
    ['changed', () => controller.store.updateAccount('12345', { code: '98765' })],
    ['one that says who calls', () => controller.store.updateAccount('12345', { authorizes: true })],
    [
      'given to another account',
      async () => {
        await controller.store.updateAccount('12345', { code: '98765' });
        await controller.store.addAccount(account('12345', { name: 'Another' }));
      },
    ],
  ])('is dropped once the code is %s', async (_what, change) => {
    await openWithPhone(10);
    await byCode();
    await change();
    const { result, record } = await again();
    expect(result.calledNumber).toBeNull();
    expect(record).toMatchObject({ outcome: 'abandoned', accountId: null });
    // It was not tried: it would count as a wrong code of this phone.
    expect(result.heard.map(({ file }) => file)).toContain('phrase:billing_ask_code:no-digits');
  });

  it('is nothing where the phone does not opt in', async () => {
    await openWithPhone(null);
    await byCode();
    const { result, record } = await again();
    expect(record).toMatchObject({ outcome: 'abandoned', accountId: null });
    expect(result.heard.map(({ file }) => file)).toContain('phrase:billing_ask_shortcut:entry-malformed');
  });
});

describe('the balance of a prepaid account', () => {
  it.each<[string, boolean, string | undefined]>([
    ['before a call that costs something', true, 'phrase:billing_announce:balance:12.50:CHF'],
    ['nowhere, unless the site wants it', false, 'phrase:billing_ask_shortcut:first'],
  ])('is told %s', async (_when, wanted, last) => {
    await open({ 'entry.sayBalance': String(wanted) });
    const { store } = controller;
    const { id } = await store.addAccount(account('888', { prepaid: true }));
    await store.importRates('standard', ratesSource([rateTerms('1')], 'CHF'));
    await store.payIn({ id: 'p', accountId: id, currency: 'CHF', micros: 12_500_000, madeBy: 'test' });
    const { result, record } = await play({ dialled: '9', keys: ['888**2126424655#', ''], outOfKeys: 'wait' });
    expect(result.heard.at(-1)?.file).toBe(last);
    expect(record).toMatchObject({ outcome: 'answered', code: '888' });
    const other = await play({ dialled: '9', keys: ['12345**2126424655#'] });
    expect(other.result.heard).toHaveLength(1);
  });
});
