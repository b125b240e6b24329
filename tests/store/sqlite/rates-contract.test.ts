import { ratesContract } from '../rates-contract.ts';
import { temporaryStores } from './temporary.ts';

const { open } = temporaryStores();

// The store closes with the files of the test.
ratesContract('SQLite', async () => ({ store: await open(), dispose: () => Promise.resolve() }));
