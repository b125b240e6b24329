/**
 * The thread of the link to SQL Server: parsing TDS and copying a directory must not delay a call. `store-link.ts` starts it
 * and is its other end.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type sql from 'mssql';
import { systemClock } from '../words/clock.ts';
import type { Account } from '../words/directory.ts';
import type { CallType } from '../words/call-type.ts';
import { messageOf } from '../words/thrown.ts';
import { openLocalStore } from '../store/sqlite/store.ts';
import { startLink, type LinkEvent } from '../store/sqlserver/replication/link.ts';

export type LinkThreadData = { file: string; config: sql.config; syncMs: number; freeCallTypes: readonly CallType[] };

export type ToLink = { kind: 'look-up'; id: number; code: string } | { kind: 'stop' };

export type FromLink =
  | LinkEvent
  | { kind: 'found'; id: number; account: Account | null }
  | { kind: 'not-found-out'; id: number; error: string };

async function serve(port: MessagePort, { file, ...options }: LinkThreadData): Promise<void> {
  const tell = (message: FromLink): void => port.postMessage(message);
  const local = await openLocalStore({ file });
  const link = startLink({ ...options, local, clock: systemClock, tell });
  port.on('message', (message: ToLink) => {
    switch (message.kind) {
      case 'look-up': {
        const { id, code } = message;
        link.lookUp(code).then(
          (account) => tell({ kind: 'found', id, account }),
          (error: unknown) => tell({ kind: 'not-found-out', id, error: messageOf(error) }),
        );
        return;
      }
      case 'stop':
        void link
          .stop()
          .then(() => local.close())
          .finally(() => port.close());
    }
  });
}

if (parentPort === null) throw new Error('link-thread.ts runs as a worker thread, see store-link.ts');
await serve(parentPort, workerData as LinkThreadData);
