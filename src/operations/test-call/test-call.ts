import { randomUUID } from 'node:crypto';
import { endingOfCdrs } from '../../freeswitch/cdr/ending.ts';
import { findCdrs } from '../../freeswitch/cdr/folder.ts';
import { reconcile } from '../../records/reconcile.ts';
import type { CallRecord } from '../../words/call-record.ts';
import { pause, until, type Clock } from '../../words/clock.ts';
import type { AskFreeSwitch } from '../doctor/freeswitch-answers.ts';
import { arePlain, hasLoopback, keyCodeAndNumber, notPlain, placeLoopback } from '../loopback.ts';

export type TestCall = {
  /** The phone that it is to come from. */
  extension: string;
  code: string;
  number: string;
  /** What is dialled for the shortcut. */
  dialled: string;
  /** What gateways are offered: `PCMU,PCMA`. */
  codecs: string;
  talkMs: number;
};

export type TestCallDependencies = {
  ask: AskFreeSwitch;
  findRecord: (callId: string) => Promise<CallRecord | null>;
  /** Of mod_json_cdr. */
  cdrFolder: string;
  clock: Clock;
};

export type TestCallResult = {
  callId: string;
  record: CallRecord;
  /** By FreeSWITCH's CDRs; null: they do not tell. */
  cdrBillableMs: number | null;
  /** How record and CDRs disagree, a line each. */
  disagreements: string[];
};

/** How long the far end may ring, and a record may take. */
const ringing = { withinMs: 60_000, everyMs: 250 };
const recording = { withinMs: 20_000, everyMs: 250 };

/**
 * Places a real call through FreeSWITCH by its own loopback: into the dialplan as if a phone had dialled, with code and number keyed,
 * out by the gateway to a real number. Rejects with one line.
 */
export async function placeTestCall(call: TestCall, deps: TestCallDependencies): Promise<TestCallResult> {
  const { ask, clock } = deps;
  const texts = [call.extension, call.code, call.number, call.dialled];
  if (!/^[\w@,.]+$/.test(call.codecs) || !arePlain(texts)) throw new Error(notPlain);
  if (!(await hasLoopback(ask))) {
    throw new Error("it needs mod_loopback: fs_cli -x 'load mod_loopback', and a line in modules.conf.xml");
  }
  const leg = randomUUID();
  try {
    const { extension, dialled, codecs } = call;
    const callId = await placeLoopback(ask, { leg, extension, callerName: 'test-call', dialled, codecs });
    await keyCodeAndNumber(ask, clock, { ...call, leg });
    const answered = await until(clock, ringing, async () =>
      (await ask('uuid_getvar', `${callId} billing_talked`)).trim() === 'true' ? true : isOver(ask, callId),
    );
    if (answered === true) await pause(clock, call.talkMs);
    await ask('uuid_kill', leg);
    return await compared(callId, deps);
  } finally {
    await ask('uuid_kill', leg);
  }
}

/** Null: it is still up. */
const isOver = async (ask: AskFreeSwitch, callId: string): Promise<false | null> =>
  (await ask('uuid_exists', callId)).trim() === 'false' ? false : null;

async function compared(
  callId: string,
  { findRecord, cdrFolder, clock }: TestCallDependencies,
): Promise<TestCallResult> {
  const record = await until(clock, recording, async () => {
    const found = await findRecord(callId);
    return found?.endedAtMs == null ? null : found;
  });
  if (record === null)
    throw new Error(
      `call ${callId} has no closed record after ${recording.withinMs / 1000} s: does the controller of this database serve FreeSWITCH?`,
    );
  const ids = record.calleeLegId === null ? [callId] : [callId, record.calleeLegId];
  const legs =
    (await until(clock, recording, async () => {
      const found = await findCdrs(cdrFolder, ids, clock.nowMs());
      return found.length === ids.length ? found : null;
    })) ?? [];
  const { disagreements } = reconcile([record], legs, endingOfCdrs);
  const [caller, callee] = [legs.find(({ side }) => side === 'caller'), legs.find(({ side }) => side === 'callee')];
  const ending = legs.length === 0 ? null : endingOfCdrs({ caller: caller ?? null, callee: callee ?? null });
  return {
    ...{ callId, record, cdrBillableMs: ending?.billableMs ?? null },
    disagreements: disagreements.map((one) =>
      one.kind === 'differs'
        ? `${one.what}: ${one.record} in the record, ${one.cdr} in the CDR`
        : `${one.kind}: ${JSON.stringify(one)}`,
    ),
  };
}
