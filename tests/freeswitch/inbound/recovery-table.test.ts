import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { estimated } from '../../../src/records/estimate.ts';
import { findRecoveryRow } from '../../../src/freeswitch/inbound/recovery-table.ts';
import { trackedLegs } from '../../../src/freeswitch/inbound/tracked-legs.ts';
import { systemClock } from '../../../src/words/clock.ts';
import { openRecord } from '../../store/records.ts';
import { eventually, startTestController } from '../../support/controller.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-codes-recovery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const calleeLegId = 'a9c21aa4-4d45-482b-9d86-7b75006b7c5d';
const callId = 'b2c0a5d2-7c8e-4445-b5ff-ae0acf32c6fc';
/** From the recorded row, in microseconds: 1795517952934464. */
const answeredAtMs = 1_795_517_952_934;

/** core.db as FreeSWITCH 1.10.12 makes it (switch_core_sqldb.c, recovery_sql), with the rows of a call in conversation. */
function coreDb(name: string, change: (metadata: string) => string = (metadata) => metadata): string {
  const file = join(folder, name);
  const db = new Database(file);
  db.exec(`CREATE TABLE recovery (runtime_uuid VARCHAR(255), technology VARCHAR(255), profile_name VARCHAR(255),
    hostname VARCHAR(255), uuid VARCHAR(255), metadata text)`);
  const insert = db.prepare("INSERT INTO recovery VALUES ('ffc88bb3', 'sofia', 'billing', 'fs1', ?, ?)");
  for (const [legId, recording] of [
    [callId, 'caller-in-conversation'],
    [calleeLegId, 'callee-in-conversation'],
  ]) {
    const path = join(
      import.meta.dirname,
      '..',
      '..',
      'recordings',
      'freeswitch-wire',
      'recovery',
      `${recording ?? ''}.xml`,
    );
    insert.run(legId, change(readFileSync(path, 'utf8')));
  }
  db.close();
  return file;
}

describe('the recovery table of a FreeSWITCH that was killed', () => {
  it('tells when a leg that was up was answered', () => {
    const file = coreDb('up.db');
    expect(findRecoveryRow(file, calleeLegId)).toEqual({ answeredAtMs });
    expect(findRecoveryRow(file, 'another')).toBeNull();
  });

  it('distinguishes a leg that was ringing from one that was talking', () => {
    const never = (metadata: string): string => metadata.replace(/<answered_time>\d+</, '<answered_time>0<');
    expect(findRecoveryRow(coreDb('rang.db', never), calleeLegId)).toEqual({ answeredAtMs: null });
  });

  it('turns an estimate of an unanswered call into one of an answered call', () => {
    const record = openRecord(callId, {
      calleeLegId,
      startedAtMs: answeredAtMs - 1500,
      bridgedAtMs: answeredAtMs - 20,
    });
    expect(estimated(record, null)).toMatchObject({ outcome: 'interrupted', estimated: true, billableMs: 0 });
    const heard = { callId, answeredAtMs: null, heardAtMs: answeredAtMs + 40_000 };
    expect(estimated(record, heard, { answeredAtMs })).toMatchObject({
      ...{ outcome: 'answered', reason: 'connection-lost', estimated: true, closedBy: 'recovery' },
      ...{ answeredAtMs, endedAtMs: answeredAtMs + 40_000, billableMs: 40_000 },
    });
  });
});

describe('the thread that reads it', () => {
  it('answers, and rests when nothing is asked', async () => {
    const tracked = trackedLegs(coreDb('thread.db'), systemClock);
    expect(await Promise.all([calleeLegId, 'another', callId].map((legId) => tracked.find(legId)))).toEqual([
      { answeredAtMs },
      null,
      { answeredAtMs: expect.any(Number) },
    ]);
    tracked.close();
    expect(await tracked.find(calleeLegId)).toEqual({ answeredAtMs });
    tracked.close();
  });

  it('says in one line why a file cannot be read', async () => {
    const tracked = trackedLegs(join(folder, 'missing.db'), systemClock);
    await expect(tracked.find(calleeLegId)).rejects.toThrow(/^unable to open database file$/);
    tracked.close();
  });

  it('alone waits for a core.db that is locked: no timer of the thread that serves calls is late', async () => {
    const file = coreDb('locked.db');
    const owner = new Database(file);
    owner.exec('BEGIN EXCLUSIVE');
    const tracked = trackedLegs(file, systemClock);
    let longestMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
    }, 10);
    const startedMs = performance.now();
    await expect(tracked.find(calleeLegId)).rejects.toThrow('database is locked');
    const tookMs = performance.now() - startedMs;
    clearInterval(timer);
    tracked.close();
    owner.close();
    // SQLite gives up after a second (recovery-table.ts).
    expect(tookMs).toBeGreaterThan(900);
    expect(longestMs).toBeLessThan(500);
  });

  it('leaves nobody without an answer when it is closed', async () => {
    const tracked = trackedLegs(coreDb('closed.db'), systemClock);
    const asked = tracked.find(calleeLegId);
    tracked.close();
    await expect(asked).rejects.toThrow('the controller stops');
  });
});

describe('a controller that comes back after FreeSWITCH was killed too', () => {
  async function comesBack(file: string): Promise<{ record: unknown; logged: string }> {
    const first = await startTestController({ 'cdr.waitSeconds': '0' });
    await first.store.save(
      openRecord(callId, { calleeLegId, startedAtMs: answeredAtMs - 1500, bridgedAtMs: answeredAtMs - 20 }),
    );
    await first.stop(0);
    const second = await startTestController({ 'data.dir': first.folder, 'freeswitch.coreDb': file });
    const record = await eventually(async () => {
      const found = await second.store.findCallRecord(callId);
      return found?.endedAtMs == null ? null : found;
    });
    const logged = second.logged();
    await second.dispose();
    await first.dispose();
    return { record, logged };
  }

  it('learns from the recovery table that the call was answered', async () => {
    const { record } = await comesBack(coreDb('back.db'));
    expect(record).toMatchObject({ outcome: 'answered', answeredAtMs, estimated: true, closedBy: 'recovery' });
  });

  it('estimates without the table if it cannot be read, and says so', async () => {
    const file = join(folder, 'no.db');
    writeFileSync(file, 'no database');
    const { record, logged } = await comesBack(file);
    expect(record).toMatchObject({ outcome: 'interrupted', estimated: true, closedBy: 'controller' });
    expect(logged).toContain('(freeswitch.coreDb) cannot be read');
  });
});
