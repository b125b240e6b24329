import { expect } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import type { LegCdr } from './freeswitch.ts';

const ms = (us: string | undefined): number => Math.floor(Number(us ?? 0) / 1000);

/** FreeSWITCH's own account of a call, from mod_json_cdr's files, is the judge of its record. */
export function expectAsSeen(record: CallRecord, { caller, callee }: { caller: LegCdr; callee: LegCdr | null }): void {
  const answered = Number(callee?.variables['answer_uepoch'] ?? 0) > 0;
  expect(record).toMatchObject({
    callId: caller.variables['uuid'],
    extension: caller.variables['billing_extension'],
    entry: caller.variables['billing_entry'],
    hangupCause: causeOf(record, caller, callee),
    billableMs: answered ? ms(callee?.variables['billusec']) : 0,
    answeredAtMs: answered ? ms(callee?.variables['answer_uepoch']) : null,
    estimated: false,
    closedBy: 'event',
  });
  expect(record.outcome === 'answered').toBe(answered);
  expect(caller.variables).toMatchObject({ billing_call_id: record.callId });
  expect(caller.variables['digits_dialed']).toMatch(/^(X+|none)$/);
  const { outcome } = record;
  const stays = wasGoneFirst(caller, callee) ? ['billing_keyed'] : [];
  const codeIn = codesIn(caller, record.code).filter((name) => !stays.includes(name));
  expect({ outcome, codeIn }).toEqual({ outcome, codeIn: [] });
  expect(codesIn(callee, record.code)).toEqual([]);
  if (callee === null) return;
  expect(record).toMatchObject({
    calleeLegId: callee.variables['uuid'],
    // What FreeSWITCH put on the wire.
    calledNumber: /^sip:([^@]*)@/.exec(callee.variables['sip_destination_url'] ?? '')?.[1],
  });
  const facts = {
    billing_call_id: record.callId,
    billing_callee_leg_id: record.calleeLegId,
    billing_entry: record.entry,
    billing_called: record.calledNumber,
    billing_call_type: record.callType,
  };
  expect(callee.variables).toMatchObject(facts);
  expect(caller.variables).toMatchObject(facts);
}

/** The caller hung up before a far end was called: nobody was left to take away what was keyed. */
function wasGoneFirst(caller: LegCdr, callee: LegCdr | null): boolean {
  return callee === null && caller.variables['sip_hangup_disposition'] === 'recv_bye';
}

/** The names of variables that give the code away, of those that hold text: a port or a number of packets may be the same. */
function codesIn(leg: LegCdr | null, code: string): string[] {
  if (leg === null || code === '') return [];
  const names = Object.keys(leg.variables).filter((name) => /^(billing|digits|read|last|current)_/.test(name));
  return names.filter((name) => leg.variables[name] === code || leg.variables[name]?.includes(`${code}*`));
}

function causeOf(record: CallRecord, caller: LegCdr, callee: LegCdr | null): string | undefined {
  if (callee !== null) return callee.variables['hangup_cause'];
  // No callee's leg came about: why not is the bridge's result; the caller's leg then ends with what 3CX is told.
  return caller.variables[record.outcome === 'failed' ? 'originate_disposition' : 'hangup_cause'];
}
