import { describe } from '@jest/globals';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { callListContract } from '../../call-list-contract.ts';
import { temporaryStores } from '../temporary.ts';

const { open, aFile } = temporaryStores();

describe('lists of calls, in the local file', () => {
  callListContract(async () => {
    const file = aFile();
    const store = await open({ file });
    return { store, source: openLocalReports(file) };
  });
});
