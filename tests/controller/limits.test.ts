import { describe, expect, it } from '@jest/globals';
import { account, eventually } from '../support/controller.ts';
import { answered, controllerWithCalls, number } from './calls.ts';

const { store, start, restart, place, up, recordOf, refusedAs } = controllerWithCalls();

describe('a limit', () => {
  it('on calls at a time refuses one more, and says so; the next after the end goes out', async () => {
    await start();
    await store().addAccount(account('12345', { callsAtATime: 1 }));
    const first = place('12345', { farEnd: answered(1500) });
    await up(2);
    expect(await refusedAs(place('12345'))).toEqual({
      ...{ outcome: 'refused', reason: 'too-many-calls', rule: 'account: calls at a time 1, 1 are up' },
      ...{ heard: 'phrase:billing_farewell:goodbye:too-many-calls', calledNumber: null },
    });
    await recordOf((await first.finished).callId);
    expect(await place('12345').finished).toMatchObject({ calledNumber: number, answered: true });
  });

  it('stops no emergency call: limits that nothing is left of, and hours that are never', async () => {
    await start({ 'limits.callsAtATime': '1', 'limits.minutesPerDay': '1' });
    await store().addAccount(account('12345'));
    const first = place('12345', { farEnd: answered(1500) });
    await up(2);
    expect(await refusedAs(place('12345'))).toMatchObject({
      reason: 'too-many-calls',
      rule: expect.stringMatching(/^site/),
    });
    for (const script of [
      { dialled: '911' },
      { dialled: '8', keys: ['911#'] },
      { dialled: '9', keys: ['12345**911#'] },
    ]) {
      const { calledNumber, callId } = await place('12345', { keys: [], ...script }).finished;
      expect(calledNumber).toBe('911');
      expect(await recordOf(callId)).toMatchObject({ callType: 'emergency', outcome: 'answered' });
    }
    await first.finished;
  });

  it('counts what was never placed as nothing: a caller who hangs up, a far end that is busy', async () => {
    await start();
    await store().addAccount(account('12345', { callsAtATime: 1, minutesPerDay: 1 }));
    await place('12345', { farEnd: { kind: 'refuses', status: 486 } }).finished;
    await place('12345', { farEnd: { kind: 'rings', callerGivesUpAfterMs: 20 } }).finished;
    await place('12345', { hangUpAfterMs: 1 }).finished;
    const { calledNumber } = await eventually(async () => {
      const result = await place('12345').finished;
      return result.calledNumber === null ? null : result;
    });
    expect(calledNumber).toBe(number);
  });

  it('on minutes ends the conversation within FreeSWITCH when none are left, and refuses the next call', async () => {
    await start();
    await store().addAccount(account('12345', { minutesPerDay: 1 }));
    // 58 s have been used today, as the records say, on a controller that starts now.
    const base = await eventually(() => store().findAccountByCode('12345'));
    const done = await place('12345').finished;
    const record = await recordOf(done.callId);
    const answeredAtMs = record.startedAtMs;
    await store().save({
      ...{ ...record, callId: 'earlier', accountId: base.id },
      ...{ answeredAtMs, endedAtMs: answeredAtMs + 57_800, billableMs: 57_800 },
    });
    await restart();
    const cut = await place('12345', { farEnd: answered(10_000) }).finished;
    expect(cut).toMatchObject({ answered: true, calleeHangupCause: 'ALLOTTED_TIMEOUT' });
    expect(cut.billableMs).toBeLessThanOrEqual(2200);
    await recordOf(cut.callId);
    // FreeSWITCH counts in whole seconds, and comes up to one early: that second is left for another call.
    const refused = await eventually(async () => {
      const next = await refusedAs(place('12345', { farEnd: answered(10_000) }));
      return next.outcome === 'refused' ? next : null;
    });
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'minutes-used-up' });
  });
});
