/** A process that lives through the planned calls, to be killed at one of its writes: `process.ts FILE REMOTE ARMED`. */
import { writeFileSync, writeSync } from 'node:fs';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { callsComeAndGo, cdrsCome, ship } from './life.ts';

const [file = '', remote = '', armed = ''] = process.argv.slice(2);
const confirm = (what: string): void => void writeSync(1, `${what}\n`);

const store = await openLocalStore({ file });
await store.enableOutbox();
writeFileSync(armed, '');
await callsComeAndGo(store, confirm);
await ship(store, remote, confirm);
await cdrsCome(store);
await ship(store, remote, confirm);
await store.close();
confirm('done');
