import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { fasterClock } from '../../src/simulator/clock.ts';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallResult, CallScript, KeyStep } from '../../src/simulator/script.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { runs, seed } from '../support/random.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import {
  emergencyOf,
  goodCodes,
  isConfirmed,
  isPhoneOfTheHouse,
  lastCodePhone,
  mayComeLater,
  meantBy,
  numbers,
  policySettings,
} from './oracle.ts';
import { randomDialogue } from './random-dialogue.ts';

/** `BILLING_TEST_DIALOGUES` asks for another number of them. */
const count = Number(process.env['BILLING_TEST_DIALOGUES'] ?? runs(2_000, 400));
const atOnce = 200;

type Site = { controller: TestController; simulator: Simulator; hasPolicies: boolean };
let site: Site;

async function openSite(hasPolicies: boolean): Promise<Site> {
  const controller = await startTestController({
    'http.port': '-1',
    // One phone keys all the wrong codes here.
    ...{ 'guessing.phoneLimit': '0', 'guessing.siteLimit': '0' },
    'log.level': 'error',
    'entry.firstDigitMs': '1000',
    'entry.digitMs': '1000',
    'entry.completeMs': '200',
    'call.ringSeconds': '2',
    'call.emergencyRingSeconds': '2',
    'call.settleMs': '100',
    'dialPlan.areaCode': '801',
    ...(hasPolicies ? policySettings : {}),
  });
  for (const code of goodCodes) await controller.store.addAccount(account(code));
  await controller.store.addAccount(account('77777', { enabled: false }));
  await controller.store.addAccount(account('55555', { validUntilMs: 1 }));
  const limited = { ...unrestricted, allowedCallTypes: ['emergency' as const] };
  await controller.store.addExtension({ number: '205', name: 'Lobby', department: null, restriction: limited });
  const lastCodeMinutes = hasPolicies ? 5 : null;
  const desk = { number: lastCodePhone, name: 'Desk', department: null, restriction: unrestricted, lastCodeMinutes };
  await controller.store.addExtension(desk);
  const rates = ['1', '33', '44'].map((prefix) => rateTerms(prefix));
  if (hasPolicies) await controller.store.importRates('standard', ratesSource(rates));
  const controllers = `127.0.0.1:${controller.port}`;
  return { controller, simulator: createSimulator({ controllers, paceMs: 20, clock: fasterClock(10) }), hasPolicies };
}

afterEach(async () => {
  site.simulator.close();
  await site.controller.dispose();
});

type Played = { seed: number; script: CallScript; callId: string; result: CallResult };

async function play(seed: number): Promise<Played> {
  const script = randomDialogue(seed, site.hasPolicies);
  const call = site.simulator.placeCall(script);
  return { seed, script, callId: call.callId, result: await call.finished };
}

const entriesOf = ({ result }: Played): string[] => result.keyed.map((keyed) => keyed.replace(/#$/, ''));

/** Everything that is wrong with a call, as lines; none: it is as it must be. */
function faultsOf(played: Played, record: CallRecord | null): string[] {
  const { script, result } = played;
  const faults: string[] = [];
  // Gone before a controller had the call.
  if (record === null) return result.served ? ['no record'] : [];
  if (record.endedAtMs === null) faults.push('its record is open');
  const direct = script.dialled !== '8' && script.dialled !== '9';
  const entries = entriesOf(played);
  const asked = [...(direct ? [script.dialled] : []), ...entries];
  // Whoever hangs up over an entry without # has not finished it.
  const unfinished = result.endedBy === 'caller' && result.keyed.at(-1)?.endsWith('#') === false;
  const whole = [...(direct ? [script.dialled] : []), ...(unfinished ? entries.slice(0, -1) : entries)];
  const { calledNumber } = result;
  // While it rang.
  const unasked = result.keyedWhileRinging?.split('#') ?? [];
  asked.push(...unasked);
  // Keyed ahead without #, and no break after it: one longer entry.
  const certain = leavesEntryOpen(script) ? unasked.slice(1) : unasked;
  const emergencies = [...whole, ...certain].map(emergencyOf).filter((number) => number !== null);

  // Whoever hangs up on the last key of an emergency number, or at any moment by chance, may be gone before it is placed.
  const mayBeGone = script.hangUpAfterMs !== undefined || hangsUpWhileKeying(script, entries.length);
  const isEmergencyPlaced = calledNumber !== null && ['911', '112'].includes(calledNumber);
  // Whoever keys one while another rings is helped already.
  if (emergencies.length > 0 && !isEmergencyPlaced && !mayBeGone) faults.push(`${emergencies[0] ?? ''} was not placed`);
  if (isEmergencyPlaced) {
    // Keyed ahead, it may have come while another number rang, or while an announcement was played.
    const unprompted = digitsOf(script.unasked?.whilePlaying ?? '').split('#');
    if (![...asked, ...pressedBy(script), ...unprompted].some((entry) => emergencyOf(entry) === calledNumber))
      faults.push(`${calledNumber} was placed and not asked for`);
    return faults;
  }
  if (calledNumber === null) return faults;

  // By what the phone pressed, not by what came in: a key that gets lost must not make another number.
  const meant = meantBy([script.dialled, ...pressedBy(script)]).map((text) => ({ text, known: numbers[text] }));
  const called = meant.find(
    ({ text, known }) =>
      text.replace(/^9/, '') === calledNumber || text === calledNumber || known?.e164 === record.calledE164,
  );
  if (called === undefined) faults.push(`${calledNumber} was called, and nobody keyed it`);
  const costs = called?.known?.costs ?? !(direct && isPhoneOfTheHouse(calledNumber));
  const e164 = record.calledE164 ?? '';
  const isLater = site.hasPolicies && mayComeLater(e164) && record.uncoded;
  if (record.uncoded && (!isLater || record.accountId !== null)) faults.push(`${calledNumber} is uncoded`);
  if (site.hasPolicies && isConfirmed(e164) && !pressedBy(script).includes('1')) {
    faults.push(`${calledNumber} was called unconfirmed`);
  }
  const paying = record.accountId !== null && (goodCodes as readonly string[]).includes(record.code);
  if (costs && !paying && !isLater) faults.push(`${calledNumber} was called without an account`);
  // Perhaps keyed in an earlier call, which is not looked at here: that it was, the phone's own tests say.
  const isLastCode = site.hasPolicies && record.extension === lastCodePhone;
  if (record.accountId !== null && !isLastCode && !entries.some((entry) => entry.split('*')[0] === record.code)) {
    faults.push(`${record.code} pays and was not keyed`);
  }
  if (record.extension === '205') faults.push('a phone for emergency calls alone called out');
  if (record.calledNumber !== calledNumber) faults.push(`the record says ${record.calledNumber ?? 'nothing'}`);
  if (record.billableMs !== result.billableMs) faults.push(`billed ${record.billableMs}, talked ${result.billableMs}`);
  if ((record.outcome === 'answered') !== result.answered) faults.push(`outcome ${record.outcome ?? ''}`);
  return faults;
}

const digitsOf = (step: KeyStep): string => (typeof step === 'string' ? step : step.digits);

/** The entries of each run of steps: those that follow each other without a # between may be one entry. */
function pressedBy({ keys = [] }: CallScript): string[] {
  const steps = keys.map(digitsOf);
  const runs = steps.flatMap((_, from) => steps.slice(from).map((_step, more) => steps.slice(from, from + more + 1)));
  return runs.flatMap((run) => run.join('').split('#'));
}

/** Keys of a step that end without # may be there before anybody asks for them, and when the far end rings. */
const leavesEntryOpen = ({ keys = [] }: CallScript): boolean => keys.some((step) => /[^#]$/.test(digitsOf(step)));

function hangsUpWhileKeying({ keys = [] }: CallScript, prompts: number): boolean {
  return keys.slice(0, prompts).some((step) => typeof step !== 'string' && step.thenHangUp === true);
}

/** No code that was keyed with a number stands in clear where numbers stand. */
function leaksOf(record: CallRecord | null): string[] {
  if (record === null) return [];
  return /^[0-9]+\*/.test(record.keyedNumber) ? [`the keyed number shows a code: ${record.keyedNumber}`] : [];
}

describe('random dialogues from outside', () => {
  it.each([
    ['as every site is at first', false],
    ['at a site with policies of who pays', true],
  ])(
    'no chargeable call without an account, every emergency number placed, one record a call: %s',
    async (_site, hasPolicies) => {
      site = await openSite(hasPolicies);
      const { store } = site.controller;
      let uncoded = 0;
      let confirmed = 0;
      let unconfirmed = 0;
      let lastCodes = 0;
      const faults: string[] = [];
      let next = 0;
      const seen = new Set<string>();
      const outcomes = new Map<string, number>();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (next < count) {
            const played = await play(seed + next++);
            seen.add(played.callId);
            const { found: record } = await eventually(async () => {
              const found = await store.findCallRecord(played.callId);
              return found?.endedAtMs == null && played.result.served ? null : { found };
            }, 20_000).catch(() => ({ found: null }));
            const outcome = record?.outcome ?? 'none';
            if (record?.uncoded === true) uncoded += 1;
            if (record?.rule?.endsWith(' confirmed') === true) confirmed += 1;
            if (record?.reason === 'price-not-confirmed') unconfirmed += 1;
            if (record?.accountId != null && record.code !== '' && !played.result.keyed.join('').includes(record.code))
              lastCodes += 1;
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            for (const fault of [...faultsOf(played, record), ...leaksOf(record)]) {
              faults.push(`BILLING_TEST_SEED=${played.seed}: ${fault}; ${JSON.stringify(played.script)}`);
            }
          }
        }),
      );
      expect(faults.slice(0, 10)).toEqual([]);
      expect(seen.size).toBe(count);
      expect(await store.listCallRecords({ open: true })).toEqual([]);
      // The dialogues lead somewhere.
      for (const outcome of ['answered', 'refused', 'abandoned', 'busy', 'failed', 'cancelled']) {
        expect({ outcome, calls: outcomes.get(outcome) ?? 0 }).toMatchObject({ outcome, calls: expect.any(Number) });
        expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(0);
      }
      for (const seldom of [uncoded, confirmed, unconfirmed, lastCodes]) {
        if (hasPolicies) expect(seldom).toBeGreaterThan(0);
        else expect(seldom).toBe(0);
      }
    },
    60_000 + count * 20,
  );
});
