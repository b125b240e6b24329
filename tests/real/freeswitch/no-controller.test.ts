import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { eventually } from '../../support/controller.ts';
import type { Dialog } from './phones/dialog.ts';
import { openLaboratory, type Laboratory } from './phones/laboratory.ts';

/** Calls that the dialplan had and no controller took: their records are made of FreeSWITCH's CDRs alone. */
let lab: Laboratory;
let settings: Record<string, string>;
beforeAll(async () => {
  lab = await openLaboratory();
  settings = { 'cdr.dir': join(lab.folder, 'cdr'), 'cdr.scanMs': '200' };
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

async function recordOf(caller: Dialog): Promise<CallRecord> {
  const { caller: leg } = await lab.legsOf(caller);
  return eventually(async () => {
    const record = await lab.controller().store.findCallRecord(leg.variables['uuid'] ?? '');
    return record?.endedAtMs == null ? null : record;
  }, 20_000);
}

it('those of an outage are recorded by the next controller, an emergency call as it went', async () => {
  await lab.stopController();
  const before = lab.carrier.calls().length;
  lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
  const emergency = await lab.pbx.call('+112');
  expect(await emergency.answered()).toBe(200);
  await lab.calleeOf('112', before);
  await sleep(1500);
  emergency.hangUp();
  const refused = await lab.pbx.call('8');
  expect(await refused.answered()).toBe(503);
  await Promise.all([lab.legsOf(emergency), lab.legsOf(refused)]);
  await lab.startAnew(settings);
  const { callee } = await lab.legsOf(emergency);
  const record = await recordOf(emergency);
  expect(record).toMatchObject({
    ...{ entry: 'direct', extension: '201', keyedNumber: '+112', calledNumber: '112', callType: 'emergency' },
    ...{ outcome: 'answered', closedBy: 'json-cdr', estimated: false, calleeLegId: callee?.variables['uuid'] },
  });
  expect(record.gateway).not.toBeNull();
  expect(record.billableMs).toBe(Math.floor(Number(callee?.variables['billusec']) / 1000));
  expect(await recordOf(refused)).toMatchObject({ entry: 'prompted', outcome: 'interrupted', billableMs: 0 });
}, 120_000);

it('one that the caller gives up at once has a record, whatever had come of it by then', async () => {
  await lab.startAnew(settings);
  const callers: Dialog[] = [];
  for (let at = 0; at < 24; at += 1) {
    const caller = await lab.pbx.call(['8', '9', '8016424600'][at % 3] ?? '8');
    await sleep(at * 3);
    caller.cancel();
    // It may have been answered meanwhile.
    if ((await caller.answered()) === 200) await caller.request('BYE');
    callers.push(caller);
    await sleep(100);
  }
  for (const caller of callers) {
    expect(await recordOf(caller)).toMatchObject({ outcome: 'abandoned', reason: 'caller-hung-up', billableMs: 0 });
  }
  expect(await lab.records()).toHaveLength(callers.length);
}, 120_000);
