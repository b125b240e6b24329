import type { MessagePort } from 'node:worker_threads';
import type { NewAuditEntry } from '../../words/console.ts';
import type { MovedCall, MoveRequest } from '../ports/move-store.ts';
import type { Heartbeat } from '../ports/recovery-store.ts';
import type { CallsBatch } from '../ports/call-replica.ts';
import type { DirectoryBatch, UncopiedRow } from '../ports/replica-store.ts';
import type { AlertOperations } from './alerts/operations.ts';
import type { WatchOperations } from './watch/operations.ts';
import type { CarryingOperations } from './carrying/operations.ts';
import type { TakingOperations } from './carrying/taking.ts';
import type { CopyOperations } from './replication/origin.ts';
import type { StoreError } from '../ports/store-error.ts';
import type { GrantedShare } from '../ports/ledger-replica.ts';
import type { MoneyMoved, Reservation } from '../ports/ledger.ts';
import type { LedgerOperations } from './ledger/operations.ts';
import type { ConsoleOperations } from './console/operations.ts';
import type { SharedConsoleOperations } from './console/shared-operations.ts';
import type { LockOperations } from './locks/operations.ts';
import type { HookOperations } from './hooks/operations.ts';
import type { SqlValue } from './records/rows.ts';
import type { DirectoryOperations } from './directory/operations.ts';
import type { Settlement } from './records/outbox.ts';
import type { RetentionOperations } from './retention/operations.ts';
import type { RateOperations } from './rates/tables.ts';
import type { ReratingOperations } from './rates/rerating.ts';
import type { RateReplicaOperations } from './replication/rates.ts';

/** Another operation, and the line of the audit trail that says so: both or neither. */
type Audited = { entry: NewAuditEntry; operation: Pick<OperationMessage, 'name' | 'input'> };

/** Changes of the directory and of rate tables, each one transaction on the writer's thread. */
export type Operations = RateOperations &
  DirectoryOperations &
  LedgerOperations &
  LockOperations &
  AlertOperations &
  WatchOperations &
  HookOperations &
  ConsoleOperations &
  SharedConsoleOperations &
  CopyOperations &
  CarryingOperations &
  TakingOperations &
  RateReplicaOperations &
  RetentionOperations &
  ReratingOperations & {
    audited: { input: Audited; result: object | string | number | boolean | null };
    applyDirectory: { input: DirectoryBatch; result: readonly UncopiedRow[] };
    followCalls: { input: CallsBatch; result: null };
    noteFresh: { input: number; result: null };
    enableOutbox: { input: null; result: null };
    settleOutbox: { input: Settlement; result: null };
    keepShares: { input: readonly GrantedShare[]; result: null };
    moveCall: { input: MoveRequest; result: MovedCall };
    saveHeartbeats: { input: readonly Heartbeat[]; result: null };
  };

/** `askedMs`: monotonic. */
export type OperationMessage<Names extends keyof Operations = keyof Operations> = {
  [Name in Names]: { kind: 'operation'; id: number; askedMs: number; name: Name; input: Operations[Name]['input'] };
}[Names];

/** A `StoreError` as it crosses threads, where classes are lost. */
export type SentError = { code: StoreError['code']; message: string };

export type ToWriter =
  /** The first message: it starts the thread. */
  | { kind: 'open' }
  /** Call records, numbered from `first` on without gaps. `reservations`: by their place among the rows. `askedMs`: monotonic. */
  | {
      kind: 'save';
      askedMs: number;
      first: number;
      rows: readonly (readonly SqlValue[])[];
      reservations: readonly (readonly [place: number, reservation: Reservation])[];
    }
  | OperationMessage
  /** Operations of another thread come over this port, and are answered there. */
  | { kind: 'share'; port: MessagePort }
  /** See copy.ts. */
  | { kind: 'copy'; to: string }
  | { kind: 'close' };

export type FromWriter =
  | { kind: 'ready' }
  /** The file cannot be opened; the thread ends after this. */
  | { kind: 'refused'; error: SentError }
  /** These saves are settled: durable, but for the failures. `late`: see `Committed`. `commits`: transactions that it took. */
  | {
      kind: 'saved';
      first: number;
      count: number;
      commits: number;
      late: readonly number[];
      failures: readonly (SentError & { id: number })[];
    }
  /** Comes before the answer to what has moved it. */
  | { kind: 'money-moved'; moved: readonly MoneyMoved[] }
  | { kind: 'done'; id: number; result: Operations[keyof Operations]['result'] }
  | { kind: 'failed'; id: number; error: SentError }
  | { kind: 'copied'; to: string; error: SentError | null };
