import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRandom } from '../../../scripts/chaos/random.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { seed } from '../../support/random.ts';
import { carrierBehaviours } from './carrier-scenario.ts';
import { entries, modes } from './cases.ts';
import { expectAsSeen } from './judge.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';

let site: Site;
let controller: TestController;
const disposers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  site = await openSite();
  disposers.unshift(() => site.dispose());
  controller = await startTestController({ ...siteSettings, 'esl.port': String(site.controllerPorts[0]) });
  disposers.unshift(() => controller.dispose());
  await controller.store.importAccounts(siteAccounts);
}, 120_000);
afterAll(async () => {
  for (const dispose of disposers) await dispose();
}, 60_000);

const calls = 200;
const perSecond = 16;

it(`${calls} simultaneous calls with random ends (seed ${seed}): a record each, as FreeSWITCH saw it, and no channel left`, async () => {
  const random = createRandom(seed);
  const endings = Object.values(carrierBehaviours);
  // A kind is one SIPp, whose callers hang up when it pleases them: while they key, while it rings, while they talk, or too late.
  const kinds = modes.flatMap((entry) => [
    ...endings.map((ending) => {
      const by = random.pick(['info', 'rfc2833'] as const);
      const { dialled, keying } = entries[entry]({ called: `80164246${ending}`, by });
      return { name: `many-${entry}-${ending}`, dialled, keying, waitsMs: [] as number[] };
    }),
    ...[1, 2].map((which) => {
      const { dialled, keying } = entries[entry]({ code: '123', called: `8016424600` });
      return {
        name: `many-${entry}-keying-${which}`,
        dialled,
        keying: keying.slice(0, which),
        waitsMs: [] as number[],
      };
    }),
  ]);
  for (let call = 0; call < calls; call += 1) random.pick(kinds).waitsMs.push(random.below(3000));
  const placed = await Promise.all(
    kinds
      .filter(({ waitsMs }) => waitsMs.length > 0)
      .map(({ name, dialled, keying, waitsMs }) => {
        const steps = [...keying, { do: 'wait', ms: 'given' } as const, { do: 'hang-up' } as const];
        return site.placeMany({ name, dialled, steps }, waitsMs, (perSecond * waitsMs.length) / calls);
      }),
  );
  expect(await site.channelsLeft()).toBe(0);
  await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
  const outcomes = new Map<string, number>();
  const cdrs = site.legsByCallId();
  for (const { callIds, output } of placed) {
    for (const sipCallId of callIds) {
      const legs = cdrs.get(sipCallId);
      if (legs === undefined) throw new Error(`FreeSWITCH wrote no CDR for ${sipCallId}; SIPp said: ${output}`);
      const record = await eventually(async () => {
        const found = await controller.store.findCallRecord(legs.caller.variables['uuid'] ?? '');
        return found?.endedAtMs == null ? null : found;
      });
      expectAsSeen(record, legs);
      outcomes.set(record.outcome ?? '', (outcomes.get(record.outcome ?? '') ?? 0) + 1);
    }
  }
  expect(await controller.store.listCallRecords({ limit: 1000 })).toHaveLength(calls);
  // Not a test of luck: with these endings every one of them comes up among 200 calls.
  const sure = ['abandoned', 'answered', 'busy', 'cancelled', 'failed'];
  expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(sure));
}, 240_000);
