import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { keyedCode, openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory({ debugLog: true });
}, 120_000);
afterEach(async () => {
  await lab.freeswitch.api('hupall');
  lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
});
afterAll(() => lab.dispose(), 60_000);

/** FreeSWITCH sends each key on as a telephone event of its own length. */
const passed = (digits: string): Promise<void> => sleep(500 + digits.length * 250);

async function expectPassed(from: Dialog, to: Dialog, digits: string): Promise<void> {
  const before = to.sound.heard();
  for (const way of ['keyByInfo', 'keyByRtp'] as const) {
    await from[way](digits);
    await passed(digits);
  }
  expect(to.sound.heard()).toBe(before + digits + digits);
}

describe('a key during a conversation', () => {
  it('passes, by SIP INFO and by RFC 2833, in both directions', async () => {
    const { caller, callee } = await lab.converse();
    expect(callee.sound.heard()).toBe('');
    await expectPassed(caller, callee, '1#90*');
    await expectPassed(callee, caller, '2*80#');
    caller.hangUp();
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered' });
  });

  it('passes while the far end plays something before it answers', async () => {
    lab.carrier.onCall((dialog) => dialog.respond(183, { sound: true }));
    const before = lab.carrier.calls().length;
    const caller = await lab.place();
    const callee = await lab.calleeOf(usualNumber, before);
    await sleep(500);
    await expectPassed(caller, callee, '42');
    callee.respond(200, { sound: true });
    await sleep(500);
    await expectPassed(caller, callee, '7');
    caller.hangUp();
  });

  it('passes in an emergency call that goes out without a controller', async () => {
    await lab.stopController();
    try {
      const before = lab.carrier.calls().length;
      const caller = await lab.pbx.call('911');
      const callee = await lab.calleeOf('911', before);
      expect(await caller.answered()).toBe(200);
      await sleep(300);
      await expectPassed(caller, callee, '1');
      caller.hangUp();
      await callee.ended();
    } finally {
      await lab.startAnew({});
    }
  });
});

describe('a code', () => {
  it('is in no log at any level, no CDR and no recovery row, and never reaches the called party', async () => {
    // By RFC 2833: of SIP INFO FreeSWITCH logs each digit at the level debug (sofia.c 10123), which nothing but the level stops.
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9');
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    await caller.keyByRtp(`${keyedCode}**${usualNumber}#`);
    const callee = await lab.calleeOf(usualNumber, before);
    await sleep(500);
    // Written at the answer, and read before the call ends.
    expect(recovery()).toMatch(/billing_call_id/);
    expect(recovery()).not.toMatch(new RegExp(`\\b${keyedCode}\\b|${keyedCode}\\*`));
    caller.hangUp();
    await callee.ended();
    const { caller: callerLeg, callee: calleeLeg } = await lab.legsOf(caller);
    const uuids = [callerLeg, calleeLeg].map((leg) => leg?.variables['uuid'] ?? 'none');
    const log = lab.freeswitch.log().split('\n');
    const mine = log.filter((line) => uuids.some((uuid) => line.startsWith(uuid)));
    expect(mine.length).toBeGreaterThan(50);
    expect(mine.filter((line) => /DTMF.*[0-9]/.test(line) && !/[Dd]tmf delay|payload/.test(line))).toEqual([]);
    expect(log.filter((line) => line.includes(keyedCode))).toEqual([]);
    for (const leg of [callerLeg, calleeLeg]) {
      const text = JSON.stringify(leg?.variables);
      expect(text).not.toContain(`${keyedCode}*`);
      expect(Object.values(leg?.variables ?? {})).not.toContain(keyedCode);
    }
    expect(callee.sound.heard()).toBe('');
  });

  function recovery(): string {
    const database = new Database(join(lab.folder, 'db', 'core.db'), { readonly: true });
    const rows = database.prepare('select metadata from recovery').all();
    database.close();
    return JSON.stringify(rows);
  }

  it('is in no log above level debug, even by SIP INFO', async () => {
    const { caller } = await lab.converse();
    caller.hangUp();
    const { caller: leg } = await lab.legsOf(caller);
    const uuid = leg.variables['uuid'] ?? '';
    const lines = readFileSync(join(lab.folder, 'log', 'freeswitch.log'), 'utf8').split('\n');
    const shown = lines.filter((line) => line.startsWith(uuid) && !line.includes('[DEBUG]'));
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((line) => line.includes('DTMF'))).toEqual([]);
  });
});

describe('keys that FreeSWITCH gets wrong', () => {
  it('are doubled at first if a phone sends both SIP INFO and RFC 2833: the call ends with a record, and calls nobody', async () => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9');
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    for (const key of `${keyedCode}**${usualNumber}#`)
      await Promise.all([caller.keyByInfo(key, 0), caller.keyByRtp(key)]);
    await sleep(1500);
    const { record } = await outcomeAfterHangUp(caller);
    // Where none was doubled after all, it is the call that was keyed.
    expect(['abandoned', 'refused', 'answered']).toContain(record.outcome);
    for (const { invite } of lab.carrier.calls().slice(before)) expect(invite?.uri).toContain(`:${usualNumber}@`);
    if (record.outcome === 'answered') expect(record.code).toBe(keyedCode);
  });

  it('are 0 for * and # in application/dtmf: the entry times out, the call ends with a record, and calls nobody', async () => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9');
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    for (const key of `${keyedCode}**${usualNumber}#`) {
      expect(await caller.request('INFO', { body: { type: 'application/dtmf', text: key } })).toBe(200);
    }
    await sleep(4000);
    const { record } = await outcomeAfterHangUp(caller);
    expect(['abandoned', 'refused']).toContain(record.outcome);
    expect(lab.carrier.calls()).toHaveLength(before);
  });

  function outcomeAfterHangUp(caller: Dialog): ReturnType<Laboratory['outcomeOf']> {
    caller.hangUp();
    return lab.outcomeOf(caller);
  }
});
