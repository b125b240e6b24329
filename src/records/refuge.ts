import { open, stat, type FileHandle } from 'node:fs/promises';
import type { CallRecord } from '../words/call-record.ts';
import { refugeName, unwrittenLine } from './unwritten.ts';

/** Where records go while the database is not to be trusted with them. */
export type Refuge = {
  /** Resolves once it is durable; rejects where it could not be written. A later version of a record comes after an earlier one. */
  keep(record: CallRecord): Promise<void>;
  /** The file; null: there is none yet. */
  file(): string | null;
  /** Waits for what is being written. */
  close(): Promise<void>;
};

type Waiting = { record: CallRecord; resolve: (value: undefined) => void; reject: (error: unknown) => void };
type Open = { path: string; handle: FileHandle };

/** A file in the folder, which the next start reads. What arrives during one fsync shares the next. */
export function openRefuge(folder: string, nowMs: () => number): Refuge {
  let waiting: Waiting[] = [];
  let opened: Open | null = null;
  let writing: Promise<void> | null = null;

  async function fileToWrite(): Promise<Open> {
    if (opened !== null && (await isInPlace(opened))) return opened;
    await opened?.handle.close();
    opened = null;
    const path = refugeName(folder, nowMs());
    // Billing codes are secrets: nobody but the owner reads the file.
    opened = { path, handle: await open(path, 'ax', 0o600) };
    return opened;
  }

  async function write(records: readonly CallRecord[]): Promise<void> {
    const file = await fileToWrite();
    try {
      await file.handle.writeFile(records.map(unwrittenLine).join(''));
      await file.handle.datasync();
    } catch (error) {
      // Half a line may be in it: the next one begins a file of its own.
      opened = null;
      await file.handle.close().catch(() => undefined);
      throw error;
    }
    if (!(await isInPlace(file))) throw new Error(`${file.path} is gone`);
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve(undefined);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = null;
  }

  return {
    keep(record) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      waiting.push({ record, resolve, reject });
      writing ??= writeAll();
      return promise;
    },
    file: () => opened?.path ?? null,
    async close() {
      await writing;
      await opened?.handle.close();
    },
  };
}

/** Its folder may have been deleted or moved, too. */
async function isInPlace({ path, handle }: Open): Promise<boolean> {
  const [here, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return there !== null && there.dev === here.dev && there.ino === here.ino;
}
