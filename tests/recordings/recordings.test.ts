import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { readCdrs, recordingNames } from './recording.ts';
import { replay, type Replayed } from './replay.ts';

let controller: TestController;

beforeAll(async () => {
  controller = await startTestController();
  await controller.store.addAccount(account('12345'));
});
afterAll(() => controller.dispose());

async function replayed(name: string): Promise<{ record: CallRecord; session: Replayed }> {
  const session = await replay(name, controller.port);
  const record = await eventually(async () => {
    const found = await controller.store.findCallRecord(session.callId);
    return found?.endedAtMs == null ? null : found;
  });
  return { record, session };
}

const placed: Partial<CallRecord> = {
  code: '12345',
  keyedNumber: '8016424655',
  calledE164: '+18016424655',
  callType: 'national',
};

/** What each recorded call must leave; `billableMs` is what FreeSWITCH measured (`billusec` in the recordings). */
const expected: Record<string, Partial<CallRecord>> = {
  'answered-caller-hangs-up': { ...placed, outcome: 'answered', reason: null, hangupCause: 'NORMAL_CLEARING' },
  'answered-callee-hangs-up': {
    ...placed,
    outcome: 'answered',
    reason: null,
    hangupCause: 'NORMAL_CLEARING',
    billableMs: 1000,
  },
  busy: { ...placed, outcome: 'busy', reason: null, hangupCause: 'USER_BUSY', billableMs: 0 },
  'no-answer': { ...placed, outcome: 'no-answer', reason: null, hangupCause: 'NO_ANSWER', billableMs: 0 },
  'early-media-never-answered': {
    ...placed,
    outcome: 'cancelled',
    reason: null,
    hangupCause: 'ORIGINATOR_CANCEL',
    billableMs: 0,
    answeredAtMs: null,
  },
  'caller-hangs-up-while-ringing': {
    ...placed,
    outcome: 'cancelled',
    reason: null,
    hangupCause: 'ORIGINATOR_CANCEL',
    billableMs: 0,
  },
  'caller-hangs-up-while-keying': {
    code: '***',
    keyedNumber: '',
    calledNumber: null,
    outcome: 'abandoned',
    reason: 'caller-hung-up',
    hangupCause: 'NORMAL_CLEARING',
    billableMs: 0,
  },
  'no-digits-at-all': { code: '', outcome: 'abandoned', reason: 'caller-hung-up', billableMs: 0 },
  'gateway-down': {
    ...placed,
    outcome: 'failed',
    reason: 'gateway-down',
    hangupCause: 'INVALID_GATEWAY',
    billableMs: 0,
  },
};

describe('a recorded call of a real FreeSWITCH, replayed', () => {
  it('covers every recording', () => {
    expect(Object.keys(expected).sort()).toEqual(recordingNames);
  });

  it.each(recordingNames)('%s ends with the right record', async (name) => {
    const { record } = await replayed(name);
    expect(record).toMatchObject({ entry: 'shortcut', extension: 'sipp', estimated: false, ...expected[name] });
    const callee = readCdrs(name).find((cdr) => cdr.variables['direction'] === 'outbound');
    const billusec = Number(callee?.variables['billusec'] ?? 0);
    expect(record.billableMs).toBe(Math.floor(billusec / 1000));
  });

  it('sends exactly one batch after the last digit: filter, events, bridge, and the facts for FreeSWITCH’s CDR', async () => {
    const session = await replay('answered-callee-hangs-up', controller.port, { callId: 'one-batch' });
    const names = session.commands.map(({ name, headers }) => headers['execute-app-name'] ?? name.split(' ')[0]);
    const collected = names.indexOf('play_and_get_digits');
    expect(names.slice(collected + 1)).toEqual(['loop_playback', 'filter', 'event', 'bridge', 'api', 'exit']);
  });
});
