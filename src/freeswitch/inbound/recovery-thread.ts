/** The thread that reads FreeSWITCH's core.db: a file that is locked or slow must delay no call. `tracked-legs.ts` is its other end. */
import Database from 'better-sqlite3';
import { insideThread } from '../../threads/inside.ts';
import { messageOf } from '../../words/thrown.ts';
import { findRecoveryRow, type RecoveryRow } from './recovery-table.ts';

export type RecoveryQuestion = { id: number; legId: string };
export type RecoveryAnswer = { id: number } & ({ row: RecoveryRow | null } | { problem: string });

function answerTo({ id, legId }: RecoveryQuestion, file: string): RecoveryAnswer {
  try {
    return { id, row: findRecoveryRow(file, legId) };
  } catch (error) {
    return { id, problem: messageOf(error) };
  }
}

const thread = insideThread<{ file: string }, RecoveryQuestion, RecoveryAnswer>('tracked-legs.ts', () =>
  new Database(':memory:').close(),
);
thread.onMessage((question) => thread.post(answerTo(question, thread.data.file)));
