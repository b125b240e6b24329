import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { closedRecord, openRecord } from '../store/records.ts';
import { run } from './run.ts';

const recordings = join(import.meta.dirname, '..', 'recordings', 'freeswitch-wire', 'json_cdr');
/** Callers' legs of recordings, and what FreeSWITCH says of them. */
const answered = {
  callId: 'd4f9c4e8-6822-4e44-a422-26ea9c236fea',
  calleeLegId: 'a43b6741-3b0a-4304-ac33-2707e97811da',
};
const busy = { callId: '551cba3b-cda3-4a77-9905-6703ced5265a', calleeLegId: '9fe29490-54fd-4d58-bdc4-c7a1dac23a95' };
const keying = { callId: 'c02d8b4d-90e2-459f-a54e-a79d9bd61e39' };
const startedAtMs = Date.UTC(2026, 10, 24, 2);

describe('billing-codes reconcile', () => {
  let folder: string;
  let args: string[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-codes-reconcile-'));
    const cdrs = join(folder, 'cdr');
    mkdirSync(join(cdrs, 'done'), { recursive: true });
    for (const name of ['answered-callee-hangs-up', 'busy', 'caller-hangs-up-while-keying']) {
      const to = name === 'busy' ? join(cdrs, 'done') : cdrs;
      for (const file of readdirSync(join(recordings, name))) cpSync(join(recordings, name, file), join(to, file));
    }
    args = ['reconcile', '--from', '2026-11-01', '--to', '2027-02-01', '--cdr-dir', cdrs, '--data-dir', folder];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function save(...records: Parameters<typeof closedRecord>[]): Promise<void> {
    const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
    for (const [callId, changes] of records) {
      const event = { closedBy: 'event', estimated: false, startedAtMs, ...changes } as const;
      await store.save(closedRecord(callId, event));
    }
    await store.close();
  }

  it('prints nothing and exits 0 when every call agrees', async () => {
    await save(
      [answered.callId, { ...answered, billableMs: 1000, hangupCause: 'NORMAL_CLEARING' }],
      [busy.callId, { ...busy, outcome: 'busy', billableMs: 0, hangupCause: 'USER_BUSY' }],
      [keying.callId, { calleeLegId: null, outcome: 'abandoned', billableMs: 0 }],
    );
    expect(await run(args)).toMatchObject({ code: 0, stdout: '', stderr: '3 calls, 3 agree, 0 disagreements\n' });
  });

  it('prints every call that differs, is open or has no CDR, and exits 1', async () => {
    rmSync(join(folder, 'billing-codes.db'));
    await save(
      [answered.callId, { ...answered, billableMs: 1001, hangupCause: 'NORMAL_CLEARING' }],
      [busy.callId, { ...busy, outcome: 'busy', billableMs: 0, hangupCause: 'NO_ANSWER' }],
      ['unknown-to-freeswitch', { outcome: 'answered', billableMs: 5 }],
    );
    const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
    await store.save(openRecord(keying.callId, { startedAtMs }));
    await store.close();
    const { code, stdout, stderr } = await run(args);
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      `differs   ${busy.callId}  cause: record NO_ANSWER, FreeSWITCH USER_BUSY`,
      `differs   ${answered.callId}  milliseconds: record 1001, FreeSWITCH 1000`,
      'no-cdr    unknown-to-freeswitch  record: answered 5 ms; FreeSWITCH: no CDR',
      `open      ${keying.callId}  the record is open; FreeSWITCH: abandoned 0 ms`,
    ]);
    expect([code, stderr]).toEqual([1, '4 calls, 0 agree, 4 disagreements\n']);
  });

  it('needs a period and a folder', async () => {
    expect((await run(['reconcile', '--from', 'x', '--to', '2026-02-01'])).code).toBe(2);
    expect(await run(['reconcile', '--from', '2026-01-01', '--to', '2026-02-01'])).toMatchObject({
      code: 2,
      stderr: 'billing-codes reconcile: --cdr-dir FOLDER is needed, or the setting cdr.dir\n',
    });
  });
});
