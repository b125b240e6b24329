import type { Clock } from '../words/clock.ts';
import { legOfEvent, type CdrLeg } from '../freeswitch/cdr/leg.ts';
import type { ChannelEvent } from '../freeswitch/outbound/channel.ts';
import type { Inbound, InboundListener } from '../freeswitch/inbound/event-socket.ts';
import { answeredAtMs, sentAtMs } from '../freeswitch/leg-end.ts';
import type { RecoveryStore } from '../store/ports/recovery-store.ts';
import type { CallRecordReader, CallRecordStore } from '../store/ports/store.ts';
import { messageOf } from '../words/thrown.ts';
import type { CdrCloser } from './cdr-closer.ts';
import { endingOfCdrs } from '../freeswitch/cdr/ending.ts';
import { estimated } from './estimate.ts';
import type { CallRecord } from '../words/call-record.ts';

/** Calls that an earlier run of this controller left open, or that this one lost its connection to. */
export type LostCalls = {
  /** How many have no known end yet. */
  count(): number;
  /** Takes a call whose record was just closed by a guess, to find its end by FreeSWITCH's event socket, where that may be asked. */
  follow(record: CallRecord): void;
  close(): void;
};

export type LostCallsOptions = {
  store: CallRecordStore & Pick<CallRecordReader, 'findCallRecord'> & RecoveryStore;
  clock: Clock;
  closer: CdrCloser;
  served(callId: string): Promise<void> | null;
  findCdrs(legIds: readonly string[]): Promise<CdrLeg[]>;
  /** Takes what is in the CDR folder. */
  scan(): Promise<void>;
  /** To FreeSWITCH's own event socket; null: it is not to be asked. */
  connect: ((listener: InboundListener) => Promise<Inbound>) | null;
  /** What FreeSWITCH left of a leg when it was killed; null: nothing. */
  findTracked(legId: string): { answeredAtMs: number | null } | null;
  /** How long from the start on a call's CDR is waited for, where FreeSWITCH does not tell that the call is over. */
  cdrsComeMs: number;
  log: {
    found(calls: number): void;
    closed(record: CallRecord, how: string): void;
    problem(what: string): void;
  };
};

type Lost = {
  callId: string;
  calleeLegId: string | null;
  /** Its ends are told to us. */
  followed: boolean;
  caller: CdrLeg | null;
  callee: CdrLeg | null;
  /** Since when (monotonic) its CDR is waited for. */
  sinceMs: number;
  /** Since when (monotonic) FreeSWITCH knows nothing of it; null: it does, or was not asked. */
  goneSinceMs: number | null;
};

const roundMs = 1_000;
/** How long the CDRs of a call that is over may take to be here. */
const graceMs = 5_000;

/**
 * Follows the calls that are still up to their end, by FreeSWITCH's own event socket where it may be asked, and closes the
 * others: by their CDRs, or where none comes by their last sign of life.
 */
export function followLostCalls(open: readonly CallRecord[], options: LostCallsOptions): LostCalls {
  const { store, clock, log } = options;
  const lost = new Map<string, Lost>();
  let inbound: Inbound | null = null;
  let reported = false;
  let cancel: () => void = () => undefined;
  let closed = false;
  const isClosed = (): boolean => closed;

  let running = false;

  const add = ({ callId, calleeLegId }: CallRecord): void =>
    void lost.set(callId, {
      ...{ callId, calleeLegId, followed: false, caller: null, callee: null },
      ...{ sinceMs: clock.monotonicMs(), goneSinceMs: null },
    });
  open.forEach(add);

  async function run(): Promise<void> {
    log.found(lost.size);
    await options.scan();
    for (const call of lost.values()) await takeCdrs(call);
    await round();
  }

  async function round(): Promise<void> {
    try {
      const channels = await askFreeSwitch();
      for (const call of [...lost.values()]) {
        if (isClosed()) return;
        await consider(call, channels);
      }
    } catch (error) {
      log.problem(`calls of an earlier run: ${messageOf(error)}`);
    }
    if (lost.size > 0) {
      again();
      return;
    }
    running = false;
    inbound?.close();
    inbound = null;
  }

  function again(): void {
    if (!isClosed()) cancel = clock.after(roundMs, () => void round());
  }

  /** Null: FreeSWITCH cannot be asked. */
  async function askFreeSwitch(): Promise<{ switchName: string; ids: Set<string> } | null> {
    if (options.connect === null) return null;
    try {
      const connected = inbound ?? (await options.connect({ onEvent, onLost: forgetConnection }));
      if (isClosed()) {
        connected.close();
        return null;
      }
      inbound = connected;
      const answer = { switchName: await connected.switchName(), ids: await connected.channels() };
      reported = false;
      return answer;
    } catch (error) {
      forgetConnection(messageOf(error));
      return null;
    }
  }

  function forgetConnection(why: string): void {
    inbound?.close();
    inbound = null;
    for (const call of lost.values()) call.followed = false;
    if (!reported && !closed) log.problem(why);
    reported = true;
  }

  async function consider(call: Lost, channels: { switchName: string; ids: Set<string> } | null): Promise<void> {
    const record = await store.findCallRecord(call.callId);
    // Closed by its CDR, or served by a controller again.
    if (record === null || isKnown(record) || options.served(call.callId) !== null) {
      lost.delete(call.callId);
      return;
    }
    // A guess may stand where the FreeSWITCH that had the call cannot be asked.
    if (record.endedAtMs !== null && channels?.switchName !== record.switchName) {
      lost.delete(call.callId);
      return;
    }
    if (channels?.switchName !== record.switchName) {
      call.goneSinceMs = null;
      if (clock.monotonicMs() - call.sinceMs >= options.cdrsComeMs) await giveUp(call, record, 'no CDR came');
      return;
    }
    const legIds = [call.callId, ...(call.calleeLegId === null ? [] : [call.calleeLegId])];
    if (legIds.some((legId) => channels.ids.has(legId))) {
      call.goneSinceMs = null;
      if (!call.followed) {
        call.followed = true;
        await inbound?.follow(legIds);
      }
      return;
    }
    call.goneSinceMs ??= clock.monotonicMs();
    if (clock.monotonicMs() - call.goneSinceMs >= graceMs) await giveUp(call, record, 'FreeSWITCH knows it no more');
  }

  function onEvent(event: ChannelEvent): void {
    const call = [...lost.values()].find((one) => event.legId === one.callId || event.legId === one.calleeLegId);
    if (call === undefined) return;
    const side = event.legId === call.callId ? 'caller' : 'callee';
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') {
      const leg = legOfEvent(event, call.callId, side);
      if (leg === null) {
        log.problem(`call ${call.callId}: what FreeSWITCH says of the end of a leg cannot be; its CDR is waited for`);
        return;
      }
      call[side] = leg;
      ended(call).catch((error: unknown) => log.problem(messageOf(error)));
    } else if (side === 'callee') {
      const heardAtMs = sentAtMs(event.header);
      if (heardAtMs === null) return;
      const sign = { callId: call.callId, answeredAtMs: answeredAtMs(event.header), heardAtMs };
      store.saveHeartbeats([sign]).catch((error: unknown) => log.problem(messageOf(error)));
    }
  }

  async function ended(call: Lost): Promise<void> {
    const { caller, callee } = call;
    // The caller is still there: another controller may take the call up.
    if (caller === null && callee?.end.answeredAtMs == null) return;
    const ending = endingOfCdrs({ caller, callee });
    const record = await store.findCallRecord(call.callId);
    if (ending === null || record === null || isKnown(record)) return;
    await close(call, { ...record, ...ending, closedBy: 'recovery' }, 'its end was followed');
  }

  async function giveUp(call: Lost, record: CallRecord, how: string): Promise<void> {
    await takeCdrs(call);
    const after = await store.findCallRecord(call.callId);
    // A guess of the moment when the connection was lost is better than one of the last heartbeat before.
    if (after?.endedAtMs !== null) {
      lost.delete(call.callId);
      return;
    }
    const tracked = call.calleeLegId === null ? null : options.findTracked(call.calleeLegId);
    await close(call, estimated(record, await store.findHeartbeat(call.callId), tracked), how);
  }

  async function close(call: Lost, record: CallRecord, how: string): Promise<void> {
    await store.save(record);
    lost.delete(call.callId);
    log.closed(record, how);
  }

  async function takeCdrs(call: Lost): Promise<void> {
    const legIds = call.calleeLegId === null ? [call.callId] : [call.calleeLegId, call.callId];
    for (const leg of await options.findCdrs(legIds)) await options.closer.take(leg);
  }

  if (lost.size > 0) {
    running = true;
    run().catch((error: unknown) => {
      log.problem(messageOf(error));
      again();
    });
  }

  return {
    count: () => lost.size,
    follow(record) {
      if (options.connect === null || isClosed()) return;
      add(record);
      if (running) return;
      running = true;
      again();
    },
    close() {
      closed = true;
      cancel();
      inbound?.close();
    },
  };
}

/** Nothing that may still be learned is better: its end was seen. */
function isKnown(record: CallRecord): boolean {
  return record.endedAtMs !== null && !record.estimated && record.closedBy !== 'controller';
}
