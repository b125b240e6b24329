import Database from 'better-sqlite3';
import { momentMs } from '../figures.ts';

/** A leg that FreeSWITCH had when it was killed. */
export type RecoveryRow = {
  /** UTC milliseconds; null: it was not answered. */
  answeredAtMs: number | null;
};

/**
 * Looks a leg up in the table `recovery` of FreeSWITCH's `core.db`. With `track-calls` a leg is in it for as long as it is up,
 * and stays in it when FreeSWITCH is killed (switch_core_sqldb.c, switch_core_recovery_track and _untrack); what is kept is the leg's
 * CDR so far, as XML (seen on 1.10.12). Null: it is not there, so it ended, or was not tracked. Throws where the file cannot be read.
 */
export function findRecoveryRow(file: string, legId: string): RecoveryRow | null {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 1_000 });
  try {
    const metadata = db.prepare<[string], string>('SELECT metadata FROM recovery WHERE uuid = ?').pluck().get(legId);
    return metadata === undefined ? null : { answeredAtMs: answeredAtMs(metadata) };
  } finally {
    db.close();
  }
}

/** One `callflow` a transfer, each with its times in microseconds; 0 is never. */
function answeredAtMs(metadata: string): number | null {
  const times = [...metadata.matchAll(/<answered_time>(\d{1,16})<\/answered_time>/g)].map(([, time]) => momentMs(time));
  const answered = times.filter((time) => time !== null);
  return answered.length === 0 ? null : Math.min(...answered);
}
