import type { CallRecordReader, CallRecordStore } from './call-records.ts';
import type { DirectoryAdmin } from './directory-admin.ts';
import type { DirectoryLookup } from './directory-lookup.ts';
import type { PhoneLockStore } from './phone-locks.ts';
import type { RateStore } from './rate-store.ts';

/** All that both systems of record can do. */
export type Store = DirectoryLookup &
  DirectoryAdmin &
  CallRecordStore &
  CallRecordReader &
  PhoneLockStore &
  RateStore & {
    close(): Promise<void>;
  };

export type { CallRecordReader, CallRecordStore } from './call-records.ts';
export type { DirectoryAdmin, DepartmentUse, RemovedExtension } from './directory-admin.ts';
export type { CallDirectory, DirectoryLookup } from './directory-lookup.ts';
export type { AccountInput, DepartmentInput, ExtensionInput } from '../../words/directory.ts';
export { StoreError } from './store-error.ts';
