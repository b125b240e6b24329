import { createCdrCloser, type CdrCloser } from '../records/cdr-closer.ts';
import { followLostCalls, type LostCalls } from '../records/lost-calls.ts';
import type { CallRecord } from '../words/call-record.ts';
import { latestTime } from '../records/latest-time.ts';
import { findCdrs, openSpool, type Spool } from '../freeswitch/cdr/spool.ts';
import type { Clock } from '../words/clock.ts';
import type { Config } from '../config/schema.ts';
import { connectInbound } from '../freeswitch/inbound/event-socket.ts';
import { findRecoveryRow } from '../freeswitch/inbound/recovery-table.ts';
import type { Log } from './log.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import { messageOf } from '../words/thrown.ts';

/** All that closes calls whose end this controller did not see. */
export type Recovery = {
  closer: CdrCloser;
  /** The present moment, if in doubt the later one: no CDR is of a later one. */
  latestMs(): number;
  /** A call has ended: it is not earlier than that. */
  seen(record: CallRecord): void;
  /** CDRs by what came of them. */
  counts(): Record<string, number>;
  /** Calls of an earlier run, or lost by this one, whose end is not known yet. */
  lostCalls(): number;
  /** Finds the end of a call that this run lost its connection to; its record is closed by a guess. */
  follow(record: CallRecord): void;
  close(): Promise<void>;
};

/**
 * Reads the CDR folder, and goes after the calls that an earlier run of this controller left open. To be started before the
 * first call comes in: what is open then is lost.
 */
export async function startRecovery(options: {
  config: Config;
  store: LocalStore;
  clock: Clock;
  log: Log;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served: (callId: string) => Promise<void> | null;
}): Promise<Recovery> {
  const { config, store, clock, log, served } = options;
  const { cdr, freeswitch } = config;
  const latest = latestTime(clock);
  const seen = ({ startedAtMs, answeredAtMs, endedAtMs }: CallRecord): void =>
    latest.seen(Math.max(startedAtMs, answeredAtMs ?? 0, endedAtMs ?? 0));
  const find = (legIds: readonly string[]): ReturnType<typeof findCdrs> =>
    cdr.dir === '' ? Promise.resolve([]) : findCdrs(cdr.dir, legIds, latest.nowMs());
  const closer = createCdrCloser({
    store,
    clock,
    served,
    findAccount: (id) => store.findAccountById(id),
    findCdrs: find,
    controller: config.controller.name,
    patienceMs: cdr.settleMs,
  });
  const open = await store.listCallRecords({ open: true });
  for (const record of [...open, ...(await store.listCallRecords({ limit: 1 }))]) {
    seen(record);
    latest.seen((await store.findHeartbeat(record.callId))?.heardAtMs ?? 0);
  }
  const spool: Spool | null =
    cdr.dir === ''
      ? null
      : openSpool({
          folder: cdr.dir,
          closer,
          clock,
          latestMs: () => latest.nowMs(),
          everyMs: cdr.scanMs,
          incompleteMs: cdr.incompleteMs,
          log: {
            quarantined: (file, why) => log.warn('a CDR file went to quarantine', { file, why }),
            problem: (what, error) => log.warn(what, { error }),
          },
        });
  const lost: LostCalls = followLostCalls(open, {
    store,
    clock,
    served,
    closer,
    findCdrs: find,
    scan: () => spool?.scan() ?? Promise.resolve(),
    connect:
      freeswitch.host === ''
        ? null
        : (listener) => connectInbound({ ...freeswitch, replyMs: config.esl.replyMs }, listener),
    findTracked(legId) {
      if (freeswitch.coreDb === '') return null;
      try {
        return findRecoveryRow(freeswitch.coreDb, legId);
      } catch (error) {
        log.warn(`FreeSWITCH's ${freeswitch.coreDb} (freeswitch.coreDb) cannot be read`, { error: messageOf(error) });
        return null;
      }
    },
    cdrsComeMs: cdr.dir !== '' || cdr.password !== '' ? cdr.waitSeconds * 1000 : 0,
    log: {
      closed: (record, how) => log.info('the end of a lost call is known', { call: record.callId, how }),
      found: (calls) => log.warn('calls of an earlier run are open', { calls }),
      problem: (what) => log.warn(what),
    },
  });
  return {
    closer,
    latestMs: () => latest.nowMs(),
    seen,
    counts: () => ({ ...closer.counts(), quarantined: spool?.counts().quarantined ?? 0 }),
    lostCalls: () => lost.count(),
    follow: (record) => lost.follow(record),
    async close() {
      lost.close();
      await spool?.close();
    },
  };
}
