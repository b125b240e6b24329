import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { Controller } from '../../src/controller/controller.ts';
import type { RatesSource } from '../../src/store/ports/rate-store.ts';
import type { RateTerms } from '../../src/rating/rate.ts';
import { callRecordOf, type CallRecord } from '../../src/words/call-record.ts';
import type { CallType } from '../../src/words/call-type.ts';
import type { Reason } from '../../src/words/outcome.ts';
import { unrestricted } from '../../src/words/directory.ts';

/** A small law office for screenshots and browser tests: the same each time, but that its calls end now. */

const dayMs = 86_400_000;

const accounts = [
  ['41177', 'Smith & Co v. Northern Mills', 'Litigation', 'Smith & Co', '2026-014'],
  ['41302', 'Northern Mills, lease of the warehouse', 'Real estate', 'Northern Mills Ltd.', '2026-022'],
  ['42018', 'Estate of Harriet Vance', 'Private clients', 'Vance family', '2025-117'],
  ['43550', 'Bluebird Airways, merger', 'Corporate', 'Bluebird Airways Inc.', '2026-003'],
  ['43551', 'Bluebird Airways, employment', 'Corporate', 'Bluebird Airways Inc.', '2026-004'],
  ['44710', 'City of Provo v. Alder', 'Litigation', 'City of Provo', '2026-031'],
  ['45009', 'Alder & Söhne GmbH, distribution', 'Corporate', 'Alder & Söhne GmbH', '2026-040'],
  ['46220', 'Ortega, adoption', 'Private clients', 'M. Ortega', '2026-044'],
  ['47001', 'Office, not charged', 'Office', '', ''],
  ['48123', 'Harbor Bank, foreclosure', 'Real estate', 'Harbor Bank', '2025-090'],
] as const;

const phones = [
  ['201', 'Reception', 'Office', 'ground floor'],
  ['202', 'Anna Keller', 'Litigation', '2nd floor, room 214'],
  ['203', 'James Okoro', 'Litigation', '2nd floor, room 215'],
  ['204', 'Priya Raman', 'Corporate', '3rd floor, room 301'],
  ['205', 'Lena Fischer', 'Corporate', '3rd floor, room 302'],
  ['206', 'Tom Baker', 'Real estate', '1st floor, room 108'],
  ['207', 'Conference room', 'Office', '3rd floor'],
] as const;

type Place = readonly [number: string, callType: CallType, weight: number];
const places: readonly Place[] = [
  ['+18016424655', 'local', 9],
  ['+18015550142', 'local', 6],
  ['+12125550188', 'national', 6],
  ['+13105550123', 'national', 4],
  ['+442079460958', 'international', 3],
  ['+4989123456', 'international', 2],
  ['+41445556677', 'international', 1],
  ['+18005550100', 'toll-free', 2],
];

const rate = (prefix: string, destination: string, priceMicros: number): RateTerms => ({
  ...{ prefix, destination, priceMicros, connectFeeMicros: 0, firstIncrementMs: 30_000, nextIncrementMs: 6_000 },
  ...{ minimumChargeMicros: 0, validFromMs: null, validUntilMs: null, scope: 'all', status: 'open' },
  ...{ graceMs: 0, tiers: '' },
});
const rates: readonly RateTerms[] = [
  rate('1', 'USA', 25_000),
  rate('1801', 'USA, Utah', 12_000),
  rate('44', 'United Kingdom', 80_000),
  rate('49', 'Germany', 95_000),
  rate('41', 'Switzerland', 140_000),
];

const rateFile = (name: string, rates: readonly RateTerms[]): RatesSource => ({
  ...{ name, currency: () => 'USD' },
  // eslint-disable-next-line @typescript-eslint/require-await -- files are read in pieces
  async *batches() {
    yield rates.map((one, at) => ({ line: at + 2, rates: [one] }));
  },
});

/** The same numbers each time (Numerical Recipes, "quick and dirty" generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const refusals: readonly Reason[] = [
  'code-unknown',
  'code-unknown',
  'number-blocked',
  'call-type-not-allowed',
  'code-disabled',
];

export async function makeSample({ store }: Controller, calls = 900): Promise<void> {
  // There is a version to go back to.
  for (const [name, given] of [
    ['carrier-2025.csv', [...rates.slice(1), rate('1', 'USA', 31_000)]],
    ['carrier-2026.csv', rates],
  ] as const)
    await store.importRates('Carrier 2026', rateFile(name, given), { currency: 'USD' });
  await store.saveRateTable('Carrier 2026', { isDefault: true });
  await store.addDestination({
    name: 'Satellites',
    prefixes: ['870', '8816', '8817'],
    minutesPerDay: 30,
    moneyPerMonth: 200_000_000,
  });
  for (const [code, name, department, client, matter] of accounts) {
    const blockedPrefixes = department === 'Office' ? ['1900', '011'] : ['1900'];
    await store.addAccount({
      code,
      name,
      department,
      client,
      matter,
      restriction: { ...unrestricted, blockedPrefixes },
    });
  }
  await store.updateAccount('48123', { enabled: false });
  await store.updateAccount('46220', { minutesPerMonth: 300, callsAtATime: 1 });
  for (const [number, name, department, place] of phones) await store.addExtension({ number, name, department, place });
  await store.keepLock({
    phone: '207',
    sinceMs: Date.now() - 240_000,
    untilMs: Date.now() + 660_000,
    controller: 'controller-1',
  });
  const about = { atMs: Date.now() - 7_200_000, controller: 'controller-1', callId: null } as const;
  await store.keepAlert(
    {
      ...{ ...about, id: '6f9619ff-8b86-4011-b42d-00cf4fc964ff', kind: 'limit', level: 'warning' },
      text: 'an amount of money is nearly used up',
      fields: { of: 'destination Satellites', limit: 'money a month', amount: '200.00 USD', used: '163.40 USD' },
    },
    [],
  );
  const known = await store.listAccounts();
  const random = randomFrom(20_261_126);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const weighted = places.flatMap((place) => Array.from({ length: place[2] }, () => place));
  for (let at = 0; at < calls; at += 1) {
    const account = pick(known);
    const [number, callType] = pick(weighted);
    const [extension, callerName] = pick(phones);
    const startedAtMs = startOf(at, calls, random());
    const about = {
      callId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      extension,
      callerName,
      startedAtMs,
    };
    await store.save(recordOf(about, { account, number, callType }, { random, reason: pick(refusals) }), 'soon');
  }
  await addUncoded(store, '202', 'Anna Keller');
}

/** Calls of a phone that went out without a code, one of them to a number that was called with one before. */
async function addUncoded(store: Controller['store'], extension: string, callerName: string): Promise<void> {
  for (const [at, number] of ['+18016424655', '+442079460958', '+12125550188'].entries()) {
    const startedAtMs = Date.now() - (at + 1) * 5_400_000;
    const callId = `00000000-0000-4000-8000-uncoded0000${at + 1}`;
    await store.save(
      callRecordOf({
        ...{ callId, switchName: 'fs1', controller: 'controller-1', entry: 'direct', closedBy: 'event' },
        ...{ extension, callerName, startedAtMs, uncoded: true, outcome: 'answered', gateway: 'carrier' },
        ...{ keyedNumber: number.replace('+', ''), calledNumber: number.replace('+', ''), calledE164: number },
        ...{ callType: 'national', decidedAtMs: startedAtMs, bridgedAtMs: startedAtMs + 100 },
        ...{ answeredAtMs: startedAtMs + 7_000, endedAtMs: startedAtMs + 187_000, billableMs: 180_000 },
        hangupCause: 'NORMAL_CLEARING',
      }),
      'soon',
    );
  }
}

/** In office hours of the last seven weeks, the last one minutes ago. */
function startOf(at: number, calls: number, random: number): number {
  const age = (1 - at / calls) * 48 * dayMs;
  const day = new Date(Date.now() - age);
  const weekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
  const moved = weekend && random < 0.85 ? age + 2 * dayMs : age;
  return Math.min(Date.now() - moved - 600_000, Date.now() - 900_000);
}

type Who = Pick<CallRecord, 'callId' | 'extension' | 'callerName' | 'startedAtMs'>;
type Whom = {
  account: { id: number; code: string; name: string; departmentId: number | null };
  number: string;
  callType: CallType;
};

function recordOf(
  who: Who,
  { account, number, callType }: Whom,
  { random, reason }: { random: () => number; reason: Reason },
): CallRecord {
  const { startedAtMs } = who;
  const common = {
    ...{
      ...who,
      switchName: 'fs1',
      controller: 'controller-1',
      entry: 'prompted' as const,
      closedBy: 'event' as const,
    },
    ...{ keyedNumber: number.replace('+', ''), decidedAtMs: startedAtMs + 9_000 },
  };
  if (random() < 0.07) {
    const rule = reason === 'number-blocked' ? 'account: blocked prefix 1900' : null;
    const ended = {
      endedAtMs: startedAtMs + 21_000,
      outcome: 'refused' as const,
      reason,
      rule,
      hangupCause: 'CALL_REJECTED',
    };
    return callRecordOf({ ...common, ...ended, ...(reason === 'code-unknown' ? { code: '***12' } : payer(account)) });
  }
  const placed = {
    ...{ ...common, ...payer(account), calledNumber: number.replace('+', ''), calledE164: number, callType },
    ...{ bridgedAtMs: startedAtMs + 9_100, gateway: 'carrier' },
  };
  if (random() < 0.14) {
    const outcome = random() < 0.6 ? ('no-answer' as const) : ('busy' as const);
    return callRecordOf({
      ...placed,
      outcome,
      endedAtMs: startedAtMs + 35_000,
      hangupCause: outcome === 'busy' ? 'USER_BUSY' : 'NO_ANSWER',
    });
  }
  const billableMs = Math.round(20_000 + random() ** 2 * 1_500_000);
  const answeredAtMs = startedAtMs + 16_400;
  return callRecordOf({
    ...placed,
    outcome: 'answered',
    answeredAtMs,
    billableMs,
    endedAtMs: answeredAtMs + billableMs,
    hangupCause: 'NORMAL_CLEARING',
  });
}

const payer = ({ id, code, name, departmentId }: Whom['account']): Partial<CallRecord> => ({
  ...{ accountId: id, code, accountName: name, departmentId },
});

/** Calls that are up until the simulator is closed. */
export function placeLiveCalls(controller: Controller): Simulator {
  const { host, port } = controller.address();
  const simulator = createSimulator({ controllers: `${host}:${port}` });
  const talks = { kind: 'answers', afterMs: 500, talkMs: Infinity, hangsUp: 'caller' } as const;
  const rings = { kind: 'rings' } as const;
  for (const [callerNumber, callerName, keys, farEnd] of [
    ['202', 'Anna Keller', '41177**8016424655#', talks],
    ['204', 'Priya Raman', '43550**011442079460958#', talks],
    ['206', 'Tom Baker', '41302**2125550188#', rings],
    ['205', 'Lena Fischer', '', talks],
  ] as const) {
    simulator.placeCall({ dialled: '9', callerNumber, callerName, keys: keys === '' ? [] : [keys], farEnd });
  }
  return simulator;
}
