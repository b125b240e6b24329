import type { MessagePort } from 'node:worker_threads';
import type { NewAuditEntry } from '../../words/console.ts';
import type { AuditableChanges } from '../ports/console-store.ts';
import { openForReading } from './database.ts';
import type { OperationMessage } from './messages.ts';
import type { Perform } from './performer.ts';
import { sharedWriter } from './shared-writer.ts';
import { changes, fileStore, type FileStore } from './store.ts';
import type { PricingRules } from '../../words/pricing-rules.ts';

/** The local file as a thread sees it that is not the one that opened the store. */
export type SharedStore = FileStore & {
  /** Each change is made together with this line of the audit trail: both or neither. */
  audited(entry: NewAuditEntry): AuditableChanges;
  /** Resolves once the thread that writes is gone, and with it this store. */
  gone: Promise<void>;
  close(): void;
};

export type SharedStoreOptions = {
  file: string;
  /** What the store's `shareWriter` answered. */
  writer: MessagePort;
  rules: PricingRules;
};

/** It has a connection of its own to read, and writes through the port. Throws a `StoreError`. */
export function openSharedStore({ file, writer: port, rules }: SharedStoreOptions): SharedStore {
  const db = openForReading(file);
  const writer = sharedWriter(port, file);
  const auditing =
    (entry: NewAuditEntry): Perform =>
    async (name, input) => {
      const operation = { name, input } as Pick<OperationMessage, 'name' | 'input'>;
      return await writer.perform('audited', { entry, operation });
    };
  return {
    ...fileStore(db, writer.perform, { file, rules }),
    audited: (entry) => changes(auditing(entry)),
    gone: writer.gone,
    close() {
      db.close();
      writer.close();
    },
  };
}
