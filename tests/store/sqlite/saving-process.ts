/**
 * A process that saves calls for as long as it lives: opened, then closed, eight at a time. It writes a line as soon as a save
 * is confirmed: `CALL-ID open` or `CALL-ID closed`.
 */
import { writeSync } from 'node:fs';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { errorCodeOf } from '../../../src/words/thrown.ts';
import { closedRecord, openRecord } from '../records.ts';

const [file = '', round = ''] = process.argv.slice(2);
const store = await openLocalStore({ file });
// Straight to the pipe: nothing confirmed is lost in a buffer when the process is killed.
function confirm(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The pipe is full, and Node has set it to non-blocking.
      if (errorCodeOf(error) !== 'EAGAIN') throw error;
    }
  }
}

async function saveForEver(lane: number): Promise<never> {
  for (let call = 0; ; call += 1) {
    const callId = `${round}-${lane}-${call}`;
    await store.save(openRecord(callId));
    confirm(`${callId} open`);
    await store.save(closedRecord(callId));
    confirm(`${callId} closed`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => saveForEver(lane)));
