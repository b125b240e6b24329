/**
 * The thread of the link to SQL Server: parsing TDS and copying a directory must not delay a call. `store-link.ts` starts it and
 * is its other end.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Draw, GrantedShare, ShareSettlement } from '../store/ports/ledger-replica.ts';
import { systemClock } from '../words/clock.ts';
import type { Account } from '../words/directory.ts';
import { messageOf } from '../words/thrown.ts';
import { loadSqlite } from '../store/sqlite/native.ts';
import { openReplica } from '../store/sqlite/replication/replica.ts';
import { startLink } from '../store/sqlserver/replication/link.ts';
import type { LinkEvent, LinkOptions } from '../store/sqlserver/replication/link-options.ts';
import { insideThread } from '../threads/inside.ts';

/** `writer`: what the store's `shareWriter` answered. */
export type LinkThreadData = Pick<LinkOptions, 'config' | 'self' | 'syncMs' | 'lookupMs' | 'rules'> & {
  file: string;
  writer: MessagePort;
};

export type ToLink =
  | { kind: 'look-up'; id: number; code: string }
  | { kind: 'draw'; id: number; draws: readonly Draw[] }
  | { kind: 'settle'; id: number; settlements: readonly ShareSettlement[] }
  | { kind: 'stop' };

export type FromLink =
  | LinkEvent
  | { kind: 'found'; id: number; account: Account | null }
  | { kind: 'not-found-out'; id: number; error: string }
  /** Empty: nothing could be drawn. */
  | { kind: 'drawn'; id: number; shares: readonly GrantedShare[] }
  | { kind: 'settled'; id: number; isDone: boolean };

const thread = insideThread<LinkThreadData, ToLink, FromLink>('store-link.ts', loadSqlite);
const { file, writer, ...options } = thread.data;
const local = openReplica(file, writer);
const link = startLink({ ...options, local, clock: systemClock, tell: thread.post });
const state = { isStopping: false };

thread.onMessage((message) => {
  switch (message.kind) {
    case 'look-up': {
      const { id, code } = message;
      link.lookUp(code).then(
        (account) => thread.post({ kind: 'found', id, account }),
        (error: unknown) => thread.post({ kind: 'not-found-out', id, error: messageOf(error) }),
      );
      return;
    }
    case 'draw': {
      const { id, draws } = message;
      link.draw(draws).then(
        (shares) => thread.post({ kind: 'drawn', id, shares }),
        () => thread.post({ kind: 'drawn', id, shares: [] }),
      );
      return;
    }
    case 'settle': {
      const { id, settlements } = message;
      link.settle(settlements).then(
        () => thread.post({ kind: 'settled', id, isDone: true }),
        () => thread.post({ kind: 'settled', id, isDone: false }),
      );
      return;
    }
    case 'stop':
      state.isStopping = true;
      void link.stop().finally(() => {
        local.close();
        thread.close();
      });
  }
});

await local.gone;
// The next thread gets a port to the next writer.
if (!state.isStopping) throw new Error('the thread that writes the local file died');
