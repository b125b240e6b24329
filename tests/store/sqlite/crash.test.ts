import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { closedRecord, openRecord } from '../records.ts';
import { temporaryStores } from './temporary.ts';
import { randomFrom, seed, seedText } from '../../support/random.ts';

const { aFile, open } = temporaryStores();
const program = join(import.meta.dirname, 'saving-process.ts');

/** Runs a process that saves in a loop, kills it `afterMs` after its first save, and answers what it said was saved. */
async function saveUntilKilled(file: string, round: number, afterMs: number): Promise<Map<string, string>> {
  const child = spawn(process.execPath, [program, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child.stdout, 'data');
  await delay(afterMs);
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  expect(signal).toBe('SIGKILL');
  const confirmed = new Map<string, string>();
  // The last line may be cut.
  for (const line of output.split('\n').slice(0, -1)) {
    const [callId = '', state = ''] = line.split(' ');
    confirmed.set(callId, state);
  }
  return confirmed;
}

describe('kill -9 of a process that saves', () => {
  it(`loses nothing that was confirmed, and leaves a sound file (${seedText})`, async () => {
    const file = aFile();
    const pick = randomFrom(seed);
    const confirmed = new Map<string, string>();
    for (let round = 0; round < 4; round += 1) {
      const saved = await saveUntilKilled(file, round, pick(200));
      for (const [callId, state] of saved) confirmed.set(callId, state);

      const store = await open({ file });
      for (const [callId, state] of confirmed) {
        const record = await store.findCallRecord(callId);
        // What was saved but not confirmed any more may be there as well.
        if (state === 'closed' || record?.endedAtMs != null) expect(record).toEqual(closedRecord(callId));
        else expect(record).toEqual(openRecord(callId));
      }
      await store.close();
      const db = new Database(file, { readonly: true });
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
    }
    expect(confirmed.size).toBeGreaterThan(50);
  });

  it('does not affect another process that has the file open', async () => {
    const file = aFile();
    const store = await open({ file });
    const confirmed = await saveUntilKilled(file, 0, 50);
    await store.save(openRecord('survivor'));
    for (const callId of [...confirmed.keys(), 'survivor']) expect(await store.findCallRecord(callId)).not.toBeNull();
  });
});
