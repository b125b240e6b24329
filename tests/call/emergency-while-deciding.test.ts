import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import { account, eventually, happens, startTestController, type TestController } from '../support/controller.ts';

/** A decision that hangs: another program has locked the database, and no record can be written. */
let controller: TestController;
let simulator: Simulator;
let other: Database.Database;

beforeEach(async () => {
  controller = await startTestController({ 'entry.digitMs': '5000' });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  other = new Database(join(controller.folder, 'billing-codes.db'));
  other.exec('BEGIN IMMEDIATE');
});
afterEach(async () => {
  if (other.inTransaction) other.exec('ROLLBACK');
  other.close();
  simulator.close();
  await controller.dispose();
});

type Placed = { numbers: readonly string[]; callId: string };

/** Keys code and number, and, while it is decided, these. `end`: the database is given free. */
async function hangingCall(keys: string): Promise<Placed & { end: () => Promise<Placed> }> {
  const numbers: string[] = [];
  let isAsked = false;
  const call = simulator.placeCall({
    ...{ dialled: '9', keys: ['12345**8016424655#'] },
    farEnd: { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' },
    onDialogue(event) {
      if (event.kind === 'calling') numbers.push(event.number);
      if (event.kind === 'keyed') isAsked = true;
    },
  });
  await happens(() => isAsked);
  // Longer than keys are kept between two entries.
  await sleep(1500);
  call.press(keys);
  const end = async (): Promise<Placed> => {
    other.exec('ROLLBACK');
    await call.finished;
    return { numbers, callId: call.callId };
  };
  return { numbers, callId: call.callId, end };
}

const recordOf = (callId: string) =>
  eventually(async () => {
    const found = await controller.store.findCallRecord(callId);
    return found?.endedAtMs == null ? null : found;
  }, 15_000);

describe('an emergency number that is keyed while a decision hangs', () => {
  it.each(['911', '9911', '911#', '5#911', '99999**911#'])('goes out at once: %s', async (digits) => {
    const call = await hangingCall(digits);
    await happens(() => call.numbers.length > 0);
    expect(call.numbers).toEqual(['911']);
    const { callId } = await call.end();
    expect(await recordOf(callId)).toMatchObject({
      ...{ outcome: 'answered', callType: 'emergency', calledNumber: '911', accountId: null, code: '' },
    });
    expect(call.numbers).toEqual(['911']);
  });
});

describe('anything else', () => {
  it.each(['', '9115', '5#'])('changes nothing, and the call goes out once it may: "%s"', async (keys) => {
    const call = await hangingCall(keys);
    await sleep(1500);
    expect(call.numbers).toEqual([]);
    const { callId, numbers } = await call.end();
    expect(numbers).toEqual(['8016424655']);
    expect(await recordOf(callId)).toMatchObject({ outcome: 'answered', code: '12345' });
  });
});
