import { randomUUID } from 'node:crypto';
import { endingOfCdrs } from '../../freeswitch/cdr/ending.ts';
import { findCdrs } from '../../freeswitch/cdr/folder.ts';
import { reconcile } from '../../records/reconcile.ts';
import type { CallRecord } from '../../words/call-record.ts';
import type { Clock } from '../../words/clock.ts';
import type { AskFreeSwitch } from '../doctor/freeswitch-answers.ts';

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

/** Nothing but this goes into a command. */
const plain = /^[0-9*+]{1,40}$/;
/** Both legs of the loopback stay what they are when they are bridged (mod_loopback.c, `bowout`). */
export const asTheyAre = 'loopback_bowout=false,loopback_bowout_on_execute=false';
/** The caller's patience for the first prompt, and for the far end. */
export const promptMs = 1_500;
const ringMs = 60_000;
const recordMs = 20_000;
const lookMs = 250;

/**
 * Places a real call through FreeSWITCH by its own loopback: into the dialplan as if a phone had dialled, with code and number keyed,
 * out by the gateway to a real number. Rejects with one line.
 */
export async function placeTestCall(call: TestCall, deps: TestCallDependencies): Promise<TestCallResult> {
  const { ask, clock } = deps;
  const texts = [call.extension, call.code, call.number, call.dialled];
  if (!/^[\w@,.]+$/.test(call.codecs) || !texts.every((text) => plain.test(text)))
    throw new Error('extension, code and number are digits, *, +');
  if ((await ask('module_exists', 'mod_loopback')).trim() !== 'true') {
    throw new Error("it needs mod_loopback: fs_cli -x 'load mod_loopback', and a line in modules.conf.xml");
  }
  const phone = randomUUID();
  const variables = `origination_uuid=${phone},origination_caller_id_number=${call.extension},origination_caller_id_name=test-call,${asTheyAre}`;
  const placed = await ask('originate', `{${variables}}loopback/${call.dialled}/billing/XML &park()`);
  if (!placed.startsWith('+OK')) throw new Error(`FreeSWITCH did not place the call: ${placed.trim()}`);
  try {
    const callId = (await ask('uuid_getvar', `${phone} other_loopback_leg_uuid`)).trim();
    await offerCodecs(ask, callId, call.codecs);
    await pause(clock, promptMs);
    await ask('uuid_send_dtmf', `${phone} ${call.code}**${call.number}#`);
    const answered = await until(clock, ringMs, async () =>
      (await ask('uuid_getvar', `${callId} billing_talked`)).trim() === 'true' ? true : isOver(ask, callId),
    );
    if (answered === true) await pause(clock, call.talkMs);
    await ask('uuid_kill', phone);
    return await compared(callId, deps);
  } finally {
    await ask('uuid_kill', phone);
  }
}

/** A loopback has linear audio, and FreeSWITCH would offer the gateway that alone. */
export async function offerCodecs(ask: AskFreeSwitch, callId: string, codecs: string): Promise<void> {
  const exported = (await ask('uuid_getvar', `${callId} export_vars`)).trim();
  await ask('uuid_setvar', `${callId} absolute_codec_string ${codecs}`);
  await ask('uuid_setvar', `${callId} export_vars ${exported},absolute_codec_string`);
}

/** Null: it is still up. */
const isOver = async (ask: AskFreeSwitch, callId: string): Promise<false | null> =>
  (await ask('uuid_exists', callId)).trim() === 'false' ? false : null;

async function compared(
  callId: string,
  { findRecord, cdrFolder, clock }: TestCallDependencies,
): Promise<TestCallResult> {
  const record = await until(clock, recordMs, async () => {
    const found = await findRecord(callId);
    return found?.endedAtMs == null ? null : found;
  });
  if (record === null)
    throw new Error(
      `call ${callId} has no closed record after ${recordMs / 1000} s: does the controller of this database serve FreeSWITCH?`,
    );
  const ids = record.calleeLegId === null ? [callId] : [callId, record.calleeLegId];
  const legs =
    (await until(clock, recordMs, async () => {
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

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

async function until<T>(clock: Clock, withinMs: number, look: () => Promise<T | null>): Promise<T | null> {
  const deadline = clock.monotonicMs() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null || clock.monotonicMs() > deadline) return found;
    await pause(clock, lookMs);
  }
}
