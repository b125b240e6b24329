import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maxCdrBytes } from '../../src/freeswitch/cdr/json-cdr.ts';
import { openRecord, plainAccount } from '../store/records.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { eventually, startTestController, type TestController } from '../support/controller.ts';

const folder = join(import.meta.dirname, '..', 'recordings', 'freeswitch-wire', 'json_cdr', 'answered-callee-hangs-up');
const callerLeg = 'd4f9c4e8-6822-4e44-a422-26ea9c236fea';
const calleeLeg = 'a43b6741-3b0a-4304-ac33-2707e97811da';
const cdrOf = (leg: string): string => readFileSync(join(folder, `${leg}.cdr.json`), 'utf8');

let controller: TestController;
const startedMs = Date.now();
beforeAll(async () => {
  controller = await startTestController({
    'http.port': '0',
    'cdr.user': 'freeswitch',
    'cdr.password': 'open:sesame',
    'cdr.settleMs': '100',
  });
  await controller.store.addAccount(plainAccount('12345'));
});
afterAll(() => controller.dispose());

const url = (path: string): string => `http://127.0.0.1:${controller.webAddress()?.port ?? 0}${path}`;
const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url('/cdr'), {
    method: 'POST',
    body,
    headers: { authorization: basic('freeswitch:open:sesame'), 'content-type': 'application/json', ...headers },
  });
}

describe('POST /cdr', () => {
  it('closes the call’s open record before answering 200, whichever leg comes first; a second post changes nothing', async () => {
    const { store } = controller;
    for (const order of [
      [callerLeg, calleeLeg],
      [calleeLeg, callerLeg],
      [calleeLeg, calleeLeg, callerLeg],
    ]) {
      const callId = `${callerLeg}-${order.join('').slice(0, 5)}-${order.length}`;
      const own = (text: string): string => text.replaceAll(callerLeg, callId);
      await store.save(openRecord(callId, { calleeLegId: calleeLeg, accountId: 7, bridgedAtMs: 1 }));
      for (const leg of order) expect((await post(own(cdrOf(leg)))).status).toBe(200);
      expect(await store.findCallRecord(callId)).toMatchObject({
        ...{ outcome: 'answered', billableMs: 1000, estimated: false, closedBy: 'json-cdr', accountId: 7 },
      });
    }
  });

  it('accepts the form that mod_json_cdr sends with encode=true', async () => {
    await controller.store.save(openRecord('form', { calleeLegId: calleeLeg, bridgedAtMs: 1 }));
    const form = new URLSearchParams({ cdr: cdrOf(calleeLeg).replaceAll(callerLeg, 'form') }).toString();
    const answer = await post(form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer.status).toBe(200);
    expect(await controller.store.findCallRecord('form')).toMatchObject({ outcome: 'answered', billableMs: 1000 });
  });

  it('rebuilds the record of a call that has none, from what the controller put on its legs', async () => {
    const cdr = JSON.parse(cdrOf(calleeLeg)) as { variables: Record<string, string> };
    Object.assign(cdr.variables, {
      ...{ billing_call_id: 'unrecorded', billing_controller: 'other', billing_entry: 'shortcut' },
      ...{ billing_called: '8016424655', billing_called_e164: '+18016424655', billing_call_type: 'national' },
      billing_gateway: 'backup',
    });
    expect(await (await post(JSON.stringify(cdr))).json()).toEqual({ result: 'taken' });
    expect(await controller.store.findCallRecord('unrecorded')).toMatchObject({
      ...{ controller: 'other', entry: 'shortcut', calledNumber: '8016424655', callType: 'national' },
      gateway: 'backup',
      ...{ outcome: 'answered', billableMs: 1000, calleeLegId: calleeLeg, closedBy: 'json-cdr' },
    });
  });

  it('records a call for which the dialplan found no controller', async () => {
    const cdr = JSON.parse(cdrOf(callerLeg).replaceAll(callerLeg, 'alone')) as { variables: Record<string, string> };
    const variables = Object.entries(cdr.variables).filter(
      ([name]) => !/^(billing_|bridge_|originat|last_bridge)/.test(name),
    );
    const alone = {
      ...Object.fromEntries(variables),
      ...{ billing_attempt: '1', billing_entry: 'direct', billing_dialled: '+18016424655', billing_extension: '201' },
      sip_hangup_disposition: 'recv_cancel',
    };
    expect(await (await post(JSON.stringify({ ...cdr, variables: alone }))).json()).toEqual({ result: 'taken' });
    expect(await controller.store.findCallRecord('alone')).toMatchObject({
      ...{ entry: 'direct', extension: '201', keyedNumber: '+18016424655', calledNumber: null, callType: null },
      ...{ outcome: 'abandoned', reason: 'caller-hung-up', billableMs: 0, closedBy: 'json-cdr' },
    });
  });

  it('warns of calls that came to no controller while this one runs', async () => {
    const warnings = async () =>
      ((await (await fetch(url('/healthz'))).json()) as { warnings: { name: string; problem: string }[] }).warnings;
    const given = (id: string, atMs: number) => {
      const at = String(atMs * 1000);
      const variables = {
        ...{
          uuid: id,
          direction: 'inbound',
          hangup_cause: 'NORMAL_TEMPORARY_FAILURE',
          billusec: '0',
          answer_uepoch: '0',
        },
        ...{ start_uepoch: at, end_uepoch: at, billing_attempt: '1', sip_hangup_disposition: 'send_refuse' },
      };
      return JSON.stringify({ variables });
    };
    await post(given('before-its-start', startedMs - 1000));
    expect(await warnings()).toEqual([]);
    for (const id of ['lost-1', 'lost-2']) await post(given(id, Date.now()));
    expect(await warnings()).toEqual([
      { name: 'unserved-calls', problem: expect.stringMatching(/^2 calls reached FreeSWITCH .*billing_controllers/) },
    ]);
    expect(await controller.store.findCallRecord('lost-2')).toMatchObject({ outcome: 'interrupted' });
  });

  it('records a call that was given up before the dialplan had begun', async () => {
    const profile = { caller_profile: { context: 'billing', caller_id_number: '201', caller_id_name: 'Front desk' } };
    const variables = {
      ...{
        uuid: 'at-once',
        direction: 'inbound',
        hangup_cause: 'ORIGINATOR_CANCEL',
        billusec: '0',
        answer_uepoch: '0',
      },
      ...{ start_uepoch: '1795000000000000', end_uepoch: '1795000000000000' },
    };
    const given = (sip: object) => JSON.stringify({ variables: { ...variables, ...sip }, callflow: [profile] });
    expect(await (await post(given({}))).json()).toEqual({ result: 'foreign' });
    const cancelled = { sip_hangup_disposition: 'recv_cancel' };
    expect(await (await post(given(cancelled))).json()).toEqual({ result: 'taken' });
    expect(await controller.store.findCallRecord('at-once')).toMatchObject({
      ...{ extension: '201', callerName: 'Front desk', outcome: 'abandoned', reason: 'caller-hung-up' },
    });
  });

  it('records an emergency call that the dialplan placed without a controller, and tells of it', async () => {
    const phone = { number: '201', department: 'Front', place: 'Room 214', restriction: unrestricted };
    const { id: extensionId, departmentId } = await controller.store.addExtension(phone);
    const legs = [callerLeg, calleeLeg].map((id) => {
      const cdr = JSON.parse(cdrOf(id).replaceAll(callerLeg, 'sos').replaceAll(calleeLeg, 'rescue')) as {
        variables: object;
      };
      const others = Object.entries(cdr.variables).filter(([name]) => !name.startsWith('billing_'));
      return { ...cdr, variables: Object.fromEntries(others) };
    });
    const [caller, callee] = legs;
    Object.assign(caller?.variables ?? {}, {
      ...{ billing_attempt: '1', billing_entry: 'direct', billing_dialled: '+112', billing_extension: '+201' },
      ...{ billing_called: '112', billing_call_type: 'emergency', billing_gateway: 'backup' },
    });
    const taken = [callee, caller].map(async (leg) => (await post(JSON.stringify(leg))).json());
    expect(await Promise.all(taken)).toContainEqual({ result: 'taken' });
    expect(await controller.store.findCallRecord('sos')).toMatchObject({
      ...{ entry: 'direct', extension: '201', keyedNumber: '+112', calledNumber: '112', callType: 'emergency' },
      ...{ gateway: 'backup', outcome: 'answered', billableMs: 1000, calleeLegId: 'rescue', accountId: null },
      ...{ extensionId, departmentId },
    });
    const alerts = await eventually(async () => {
      const found = await controller.store.listAlerts({ callId: 'sos', limit: 10 });
      return found.length === 0 ? null : found;
    });
    expect(alerts).toMatchObject([
      { kind: 'emergency-call', text: expect.stringContaining('without a controller'), fields: { place: 'Room 214' } },
    ]);
    for (const leg of legs) await post(JSON.stringify(leg));
    expect(await controller.store.listAlerts({ callId: 'sos', limit: 10 })).toHaveLength(1);
  });

  it('ignores and counts a call that is none of ours', async () => {
    const foreign = async () =>
      ((await (await fetch(url('/healthz'))).json()) as { cdrs: { foreign: number } }).cdrs.foreign;
    const before = await foreign();
    expect(await (await post(cdrOf(callerLeg).replaceAll(callerLeg, 'stranger'))).json()).toEqual({
      result: 'foreign',
    });
    expect(await controller.store.findCallRecord('stranger')).toBeNull();
    expect(await foreign()).toBe(before + 1);
  });

  it('refuses wrong credentials, and never says why', async () => {
    for (const authorization of ['', 'Basic', basic('freeswitch:wrong'), basic('open:sesame'), 'Bearer open:sesame']) {
      const answer = await post(cdrOf(callerLeg), { authorization });
      expect([answer.status, await answer.json()]).toEqual([401, { error: 'unauthorized' }]);
    }
    expect(controller.logged()).not.toContain('sesame');
  });

  it('refuses impossible figures in one line, and logs them', async () => {
    await controller.store.save(openRecord('forged', { calleeLegId: calleeLeg, bridgedAtMs: 1 }));
    const cdr = JSON.parse(cdrOf(calleeLeg).replaceAll(callerLeg, 'forged')) as { variables: Record<string, string> };
    cdr.variables['billusec'] = '3603000000';
    const answer = await post(JSON.stringify(cdr));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(
        /^3603000000 microseconds are billed \(billusec\), but from answer to end there are \d+$/,
      ),
    });
    expect(controller.logged()).toMatch(/CDR post refused .*3603000000/);
    expect(await controller.store.findCallRecord('forged')).toMatchObject({ endedAtMs: null });
  });

  it('refuses malformed and huge posts, and goes on', async () => {
    for (const body of ['', 'nonsense', '[]', '{"variables":{}}', '{"variables":'.repeat(5000)]) {
      expect((await post(body)).status).toBe(400);
    }
    expect((await post(' '.repeat(maxCdrBytes + 1))).status).toBe(413);
    expect((await fetch(url('/readyz'))).status).toBe(200);
    expect((await fetch(url('/cdr'))).status).toBe(404);
  });
});

describe('/readyz', () => {
  it('says 503 while the controller drains', async () => {
    const draining = await startTestController({ 'http.port': '0' });
    await draining.store.addAccount(plainAccount('12345'));
    const ready = `http://127.0.0.1:${draining.webAddress()?.port ?? 0}/readyz`;
    expect(await (await fetch(ready)).json()).toMatchObject({ status: 'ready', draining: false });
    expect((await fetch(ready.replace('readyz', 'cdr'), { method: 'POST' })).status).toBe(404);
    await draining.dispose();
    await expect(fetch(ready)).rejects.toThrow();
  });
});
