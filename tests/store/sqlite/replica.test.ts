import { expect, it } from '@jest/globals';
import { unrestricted, type Account, type Extension } from '../../../src/words/directory.ts';
import type { DirectoryBatch } from '../../../src/store/ports/replica-store.ts';
import { accountDefaults, extensionDefaults } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { open } = temporaryStores();

const account = (id: number, code: string): Account => ({
  ...{ ...accountDefaults, id, code, name: code, departmentId: null, departmentCallerNumber: null },
});
const phone: Extension = {
  ...{ id: 5, number: '201', name: '', departmentId: 3, restriction: unrestricted, ...extensionDefaults },
  ...{ defaultAccountId: 1, place: 'Lobby', callbackNumber: '+18016429201', departmentCallerNumber: null },
};
const batch = (changes: Partial<DirectoryBatch>): DirectoryBatch => ({
  ...{ departments: [], accounts: [], extensions: [], removed: [], complete: [], position: null },
  ...changes,
});

it('takes an extension before the account that pays for it, and keeps it when codes are swapped', async () => {
  const store = await open();
  const departments = [{ id: 3, name: 'Front', callerNumber: '+18016420100' }];
  await store.applyDirectory(batch({ departments, extensions: [phone] }));
  expect(await store.findExtension('201')).toEqual({ ...phone, departmentCallerNumber: '+18016420100' });
  expect(await store.findAccountById(1)).toBeNull();
  await store.applyDirectory(batch({ accounts: [account(1, '111'), account(2, '222')] }));
  // Account 2 gives its code to account 1: it is written anew.
  await store.applyDirectory(batch({ accounts: [account(1, '222'), account(2, '111')] }));
  expect(await store.findAccountById(1)).toMatchObject({ code: '222' });
  expect(await store.findExtension('201')).toMatchObject({ defaultAccountId: 1, place: 'Lobby' });
});
