import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { fasterClock } from '../../src/simulator/clock.ts';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallResult, CallScript } from '../../src/simulator/script.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { runs, seed } from '../support/random.ts';
import { emergencyOf, goodCodes, meantBy, numbers } from './oracle.ts';
import { randomDialogue } from './random-dialogue.ts';

/** `BILLING_TEST_DIALOGUES` asks for another number of them. */
const count = Number(process.env['BILLING_TEST_DIALOGUES'] ?? runs(2_000));
const atOnce = 200;

let controller: TestController;
let simulator: Simulator;

beforeAll(async () => {
  controller = await startTestController({
    'http.port': '-1',
    // One phone keys all the wrong codes here.
    ...{ 'guessing.phoneLimit': '0', 'guessing.siteLimit': '0' },
    'log.level': 'error',
    'entry.firstDigitMs': '1000',
    'entry.digitMs': '1000',
    'entry.completeMs': '200',
    'call.ringSeconds': '2',
    'call.settleMs': '100',
    'dialPlan.areaCode': '801',
  });
  for (const code of goodCodes) await controller.store.addAccount(account(code));
  await controller.store.addAccount(account('77777', { enabled: false }));
  await controller.store.addAccount(account('55555', { validUntilMs: 1 }));
  const limited = { ...unrestricted, allowedCallTypes: ['emergency' as const] };
  await controller.store.addExtension({ number: '205', name: 'Lobby', department: null, restriction: limited });
  await controller.store.addExtension({ number: '202', name: 'Desk', department: null, restriction: unrestricted });
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 20, clock: fasterClock(10) });
}, 30_000);

afterAll(async () => {
  simulator.close();
  await controller.dispose();
});

type Played = { seed: number; script: CallScript; callId: string; result: CallResult };

async function play(seed: number): Promise<Played> {
  const script = randomDialogue(seed);
  const call = simulator.placeCall(script);
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
  const emergency = whole.map(emergencyOf).find((number) => number !== null) ?? null;
  const { calledNumber } = result;

  // Whoever hangs up on the last key of an emergency number, or at any moment by chance, may be gone before it is placed.
  const mayBeGone = script.hangUpAfterMs !== undefined || hangsUpWhileKeying(script, entries.length);
  if (emergency !== null && calledNumber !== emergency && !mayBeGone) faults.push(`${emergency} was not placed`);
  if (calledNumber !== null && ['911', '112'].includes(calledNumber)) {
    if (!asked.some((entry) => emergencyOf(entry) === calledNumber))
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
  const costs = called?.known?.costs ?? true;
  const paying = record.accountId !== null && (goodCodes as readonly string[]).includes(record.code);
  if (costs && !paying) faults.push(`${calledNumber} was called without an account`);
  if (record.accountId !== null && !entries.some((entry) => entry.split('*')[0] === record.code)) {
    faults.push(`${record.code} pays and was not keyed`);
  }
  if (record.extension === '205') faults.push('a phone for emergency calls alone called out');
  if (record.calledNumber !== calledNumber) faults.push(`the record says ${record.calledNumber ?? 'nothing'}`);
  if (record.billableMs !== result.billableMs) faults.push(`billed ${record.billableMs}, talked ${result.billableMs}`);
  if ((record.outcome === 'answered') !== result.answered) faults.push(`outcome ${record.outcome ?? ''}`);
  return faults;
}

/** The entries of each run of steps: those that follow each other without a # between may be one entry. */
function pressedBy({ keys = [] }: CallScript): string[] {
  const steps = keys.map((step) => (typeof step === 'string' ? step : step.digits));
  const runs = steps.flatMap((_, from) => steps.slice(from).map((_step, more) => steps.slice(from, from + more + 1)));
  return runs.flatMap((run) => run.join('').split('#'));
}

function hangsUpWhileKeying({ keys = [] }: CallScript, prompts: number): boolean {
  return keys.slice(0, prompts).some((step) => typeof step !== 'string' && step.thenHangUp === true);
}

/** No code that was keyed with a number stands in clear where numbers stand. */
function leaksOf(record: CallRecord | null): string[] {
  if (record === null) return [];
  return /^[0-9]+\*/.test(record.keyedNumber) ? [`the keyed number shows a code: ${record.keyedNumber}`] : [];
}

describe('random dialogues from outside', () => {
  it(
    'no chargeable call without an account, every emergency number placed, one record a call',
    async () => {
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
              const found = await controller.store.findCallRecord(played.callId);
              return found?.endedAtMs == null && played.result.served ? null : { found };
            }, 20_000).catch(() => ({ found: null }));
            const outcome = record?.outcome ?? 'none';
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            for (const fault of [...faultsOf(played, record), ...leaksOf(record)]) {
              faults.push(`BILLING_TEST_SEED=${played.seed}: ${fault}; ${JSON.stringify(played.script)}`);
            }
          }
        }),
      );
      expect(faults.slice(0, 10)).toEqual([]);
      expect(seen.size).toBe(count);
      expect(await controller.store.listCallRecords({ open: true })).toEqual([]);
      // The dialogues lead somewhere.
      for (const outcome of ['answered', 'refused', 'abandoned', 'busy', 'failed', 'cancelled']) {
        expect({ outcome, calls: outcomes.get(outcome) ?? 0 }).toMatchObject({ outcome, calls: expect.any(Number) });
        expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(0);
      }
    },
    60_000 + count * 20,
  );
});
