import type { Clock } from '../words/clock.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Result } from '../words/result.ts';
import { messageOf } from '../words/thrown.ts';
import { callerPhone } from '../call/caller-phone.ts';
import type { Config } from '../config/schema.ts';
import { createCdrCloser, type CdrCloser } from '../freeswitch/cdr/closer.ts';
import { takePosted } from '../freeswitch/cdr/posted.ts';
import { findCdrs } from '../freeswitch/cdr/folder.ts';
import { missingText, watchMissingCdrs, type MissingCdrs } from '../freeswitch/cdr/missing.ts';
import { openSpool, type Spool } from '../freeswitch/cdr/spool.ts';
import { trackedLegs, type TrackedLegs } from '../freeswitch/inbound/tracked-legs.ts';
import { freeSwitchWatch } from '../freeswitch/inbound/watch.ts';
import { latestTime, type LatestTime } from '../records/latest-time.ts';
import { followLostCalls, type LostCalls } from '../records/lost-calls.ts';
import type { FollowedCall } from '../records/ports.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { Alerting } from '../notify/alerts.ts';
import type { Log } from './log.ts';
import { watchUnserved, type UnservedCalls } from './unserved.ts';

/** All that closes calls whose end this controller did not see. */
export type Recovery = {
  /** Takes a CDR that was posted: see `takePosted`. */
  takePosted(text: string): Promise<Result<string>>;
  /** A call has ended: it is not earlier than that. */
  seen(record: CallRecord): void;
  /** CDRs by what came of them. */
  counts(): Record<string, number>;
  /** What a person has to see to in the CDR folder, in one line; null: nothing. */
  folderTrouble(): string | null;
  /** That FreeSWITCH writes none there, in one line; null: it does, as far as can be seen. */
  missingCdrs(): string | null;
  /** That calls came to no controller, in one line; null: none did. */
  unservedCalls(): string | null;
  /** Calls of an earlier run, or lost by this one, whose end is not known yet. */
  lostCalls(): number;
  /** Finds the end of a call that this run lost its connection to; its record is closed by a guess. */
  follow(record: CallRecord): void;
  close(): Promise<void>;
};

export type RecoveryOptions = {
  config: Config;
  store: LocalStore;
  clock: Clock;
  log: Log;
  alerting: Alerting;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served: (callId: string) => Promise<void> | null;
};

/**
 * Reads the CDR folder, and goes after the calls that an earlier run of this controller left open. To be started before the
 * first call comes in: what is open then is lost.
 */
export async function startRecovery(options: RecoveryOptions): Promise<Recovery> {
  const { config, store, clock } = options;
  const latest = latestTime(clock);
  const open = await store.listCallRecords({ open: true });
  await seeWhatIsStored(open, store, latest);
  const missing = missingOf(options, latest);
  const unserved = watchUnserved(options);
  const closer = telling(closerOf(options, latest, unserved), missing);
  const spool = config.cdr.dir === '' ? null : spoolOf(options, closer, latest);
  const told = spool === null ? null : tellMissing(missing, options);
  const tracked = config.freeswitch.coreDb === '' ? null : trackedLegs(config.freeswitch.coreDb, clock);
  const lost = searchLost(open, options, { closer, latest, spool, tracked });
  return {
    takePosted: (text) => takePosted(text, closer, latest.nowMs()),
    seen(record) {
      latest.seen(lastMomentOf(record));
      if (spool !== null) missing.ended(record);
    },
    counts: () => ({ ...closer.counts(), quarantined: spool?.counts().quarantined ?? 0 }),
    folderTrouble: () => spool?.trouble() ?? null,
    missingCdrs: () => told?.problem() ?? null,
    unservedCalls: () => unserved.problem(),
    lostCalls: () => lost.count(),
    follow: (record) => lost.follow(record),
    async close() {
      lost.close();
      told?.stop();
      tracked?.close();
      await spool?.close();
    },
  };
}

/** Whoever brings a CDR, by file or by post. */
const telling = (closer: CdrCloser, missing: MissingCdrs): CdrCloser => ({
  ...closer,
  take(leg) {
    missing.came(leg);
    return closer.take(leg);
  },
});

/** FreeSWITCH writes it as the leg ends. */
const cdrComesMs = 60_000;

const missingOf = ({ config, clock }: RecoveryOptions, latest: LatestTime): MissingCdrs =>
  watchMissingCdrs({
    clock,
    withinMs: cdrComesMs,
    isThere: async (callId) => (await cdrsIn(config, [callId], latest)).length > 0,
  });

/** One line where no CDR comes, and where they come again. */
function tellMissing(
  missing: MissingCdrs,
  { config: { cdr }, clock, log }: RecoveryOptions,
): { problem(): string | null; stop(): void } {
  const problem = (): string | null => (missing.count() === 0 ? null : missingText(cdr.dir, missing.count()));
  let [told, stopped] = [false, false];
  let cancel: () => void = () => undefined;
  const again = (): void => {
    cancel = clock.after(cdr.scanMs, () => void missing.look().then(tell, tell));
  };
  function tell(): void {
    const now = problem();
    if (now !== null && !told) log.warn(now);
    if (now === null && told) log.warn(`CDRs come to ${cdr.dir} (cdr.dir) again`);
    told = now !== null;
    if (!stopped) again();
  }
  again();
  return {
    problem,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

const lastMomentOf = ({ startedAtMs, answeredAtMs, endedAtMs }: CallRecord): number =>
  Math.max(startedAtMs, answeredAtMs ?? 0, endedAtMs ?? 0);

async function seeWhatIsStored(open: readonly CallRecord[], store: LocalStore, latest: LatestTime): Promise<void> {
  for (const record of [...open, ...(await store.listCallRecords({ limit: 1 }))]) {
    latest.seen(lastMomentOf(record));
    latest.seen((await store.findHeartbeat(record.callId))?.heardAtMs ?? 0);
  }
}

function closerOf(
  { config, store, clock, served }: RecoveryOptions,
  latest: LatestTime,
  unserved: UnservedCalls,
): CdrCloser {
  return createCdrCloser({
    ...{ store, clock, served },
    unserved: (record, phone) => unserved.take(record, phone),
    findAccount: (id) => store.findAccountById(id),
    findPhone: (extension) => callerPhone(extension, store).found,
    findCdrs: (legIds) => cdrsIn(config, legIds, latest),
    controller: config.controller.name,
    patienceMs: config.cdr.settleMs,
  });
}

function cdrsIn({ cdr }: Config, legIds: readonly string[], latest: LatestTime): ReturnType<typeof findCdrs> {
  return cdr.dir === '' ? Promise.resolve([]) : findCdrs(cdr.dir, legIds, latest.nowMs());
}

function spoolOf({ config, clock, log }: RecoveryOptions, closer: CdrCloser, latest: LatestTime): Spool {
  const { cdr } = config;
  return openSpool({
    folder: cdr.dir,
    ...{ closer, clock },
    latestMs: () => latest.nowMs(),
    everyMs: cdr.scanMs,
    incompleteMs: cdr.incompleteMs,
    log: {
      quarantined: (file, why) => log.warn('a CDR file was moved to quarantine', { file, why }),
      trouble: (text) => log.warn(text),
      problem: (what, error) => log.warn(what, { error }),
    },
  });
}

type Sources = { closer: CdrCloser; latest: LatestTime; spool: Spool | null; tracked: TrackedLegs | null };

function searchLost(open: readonly CallRecord[], options: RecoveryOptions, sources: Sources): LostCalls {
  const { config, store, clock, log, served } = options;
  const { cdr, freeswitch } = config;
  return followLostCalls(open, {
    ...{ store, clock, served },
    scan: () => sources.spool?.scan() ?? Promise.resolve(),
    takeReports: (call) => takeCdrs(call, config, sources),
    connect: freeswitch.host === '' ? null : freeSwitchWatch({ ...freeswitch, replyMs: config.esl.replyMs }),
    findTracked: (legId) => findTracked(legId, options, sources.tracked),
    reportsComeMs: cdr.dir !== '' || cdr.password !== '' ? cdr.waitSeconds * 1000 : 0,
    log: {
      closed: (record, how) => log.info('the end of a lost call is known', { call: record.callId, how }),
      found: (calls) => log.warn('calls from an earlier run are still open', { calls }),
      problem: (what) => log.warn(what),
    },
  });
}

/** The callee's first: the caller's may need it. */
async function takeCdrs({ callId, calleeLegId }: FollowedCall, config: Config, sources: Sources): Promise<void> {
  const legIds = calleeLegId === null ? [callId] : [calleeLegId, callId];
  for (const leg of await cdrsIn(config, legIds, sources.latest)) await sources.closer.take(leg);
}

async function findTracked(
  legId: string,
  { config, log }: RecoveryOptions,
  tracked: TrackedLegs | null,
): ReturnType<TrackedLegs['find']> {
  try {
    return (await tracked?.find(legId)) ?? null;
  } catch (error) {
    const { coreDb } = config.freeswitch;
    log.warn(`FreeSWITCH's ${coreDb} (freeswitch.coreDb) cannot be read`, { error: messageOf(error) });
    return null;
  }
}
