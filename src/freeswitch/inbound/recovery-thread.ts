/** The thread that reads FreeSWITCH's core.db: a file that is locked or slow must delay no call. `tracked-legs.ts` is its other end. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
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

function serve(port: MessagePort, file: string): void {
  port.on('message', (question: RecoveryQuestion) => port.postMessage(answerTo(question, file)));
}

if (parentPort === null) throw new Error('recovery-thread.ts runs as a worker thread, see tracked-legs.ts');
serve(parentPort, workerData as string);
