import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { signatureOf } from '../../src/notify/webhook.ts';
import { account, happens } from '../support/controller.ts';
import { answered, controllerWithCalls, number } from './calls.ts';

const { controller, store, place, recordOf, start, restart } = controllerWithCalls();

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
type Body = { type: string; id: string; controller: string; data: Record<string, Record<string, unknown>> };
type Posted = { id: string; body: Body; isSigned: boolean };
/** `failed`: what it answered with 500. */
type Receiver = { server: Server; posted: Posted[]; failed: Posted[]; port: number; kill(): void };
type Answer = 'takes' | 'fails' | 'hangs';

let receivers: Receiver[] = [];
afterEach(() => {
  for (const one of receivers) one.kill();
  receivers = [];
});

async function receiver(answer: () => Answer = () => 'takes', again?: number): Promise<Receiver> {
  const port = again ?? (await freePorts(1))[0];
  const [posted, failed]: [Posted[], Posted[]] = [[], []];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const header = (name: string): string => String(request.headers[name]);
      const id = header('webhook-id');
      const signature = signatureOf(secret, { id, atSeconds: Number(header('webhook-timestamp')), body: text });
      const isSigned = signature === header('webhook-signature');
      const how = answer();
      if (how === 'hangs') return;
      (how === 'takes' ? posted : failed).push({ id, isSigned, body: JSON.parse(text) as Body });
      response.writeHead(how === 'takes' ? 204 : 500).end();
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const made: Receiver = {
    ...{ server, posted, failed, port: (server.address() as AddressInfo).port },
    kill() {
      server.closeAllConnections();
      server.close();
    },
  };
  receivers.push(made);
  return made;
}

const targets = (...given: object[]): Record<string, string> => ({ 'webhooks.targets': JSON.stringify(given) });
const target = (port: number, more: object = {}): object => ({
  ...{ name: `at-${port}`, url: `http://127.0.0.1:${port}/calls`, secret },
  ...more,
});
const idsOf = (posted: readonly Posted[]): string[] => [...new Set(posted.map(({ id }) => id))].sort();
const types = ({ posted }: Receiver): string[] => posted.map(({ body }) => body.type).sort();

describe('a webhook for calls', () => {
  it('is told of a call that starts, is answered and ends, each with an id and a signature, codes masked', async () => {
    const hook = await receiver();
    await start(targets(target(hook.port)));
    await store().addAccount(account('12345', { name: 'Smith & Co' }));
    const { callId } = await place('12345').finished;
    await happens(() => hook.posted.length === 3);
    expect(types(hook)).toEqual(['call.answered', 'call.ended', 'call.started']);
    expect(hook.posted.every(({ isSigned, id, body }) => isSigned && body.id === id)).toBe(true);
    expect(new Set(hook.posted.map(({ id }) => id)).size).toBe(3);
    const told = (type: string) => hook.posted.find(({ body }) => body.type === type)?.body.data;
    expect(told('call.started')?.['record']).toMatchObject({ callId, endedAt: null, accountName: null });
    const { answeredAt } = told('call.answered')?.['record'] ?? {};
    expect(told('call.answered')?.['record']).toMatchObject({ callId, accountName: 'Smith & Co', code: '***45' });
    const record = await recordOf(callId);
    expect(answeredAt).toBe(new Date(record.answeredAtMs ?? 0).toISOString());
    expect(told('call.ended')).toMatchObject({
      record: { callId, outcome: 'answered', billableMs: record.billableMs, code: '***45', keyedNumber: number },
      price: { kind: 'unrated' },
    });
    expect(JSON.stringify(hook.posted)).not.toContain('12345');
  });

  it('is told of moves and corrections, has the events that it wants, and codes only where its target says so', async () => {
    const [plain, moves] = [await receiver(), await receiver()];
    await start(targets(target(plain.port, { codes: 'plain' }), target(moves.port, { events: ['moved'] })));
    await store().addAccount(account('12345'));
    await store().addAccount(account('67890'));
    const { callId } = await place('12345').finished;
    const record = await recordOf(callId);
    const estimate = { ...record, callId: 'lost', closedBy: 'heartbeat' as const, estimated: true, billableMs: 20 };
    await store().save(estimate);
    await store().save({ ...estimate, closedBy: 'json-cdr', estimated: false, billableMs: 30 });
    await store().moveCall({ callId, toAccountCode: '67890', why: 'wrong code', movedBy: 'kim' });
    await happens(() => moves.posted.length === 1 && plain.posted.length === 6);
    expect(moves.posted[0]?.body).toMatchObject({
      type: 'call.moved',
      data: {
        record: { callId, accountName: 'Account 67890' },
        move: { from: 'Account 12345', to: 'Account 67890', why: 'wrong code', movedBy: 'kim' },
      },
    });
    const corrected = plain.posted.find(({ body }) => body.type === 'call.corrected');
    expect(corrected?.body.data).toMatchObject({
      before: { callId: 'lost', billableMs: 20, estimated: true },
      record: { callId: 'lost', billableMs: 30, estimated: false },
    });
    const ended = plain.posted.find(({ body }) => body.type === 'call.ended');
    expect(ended?.body.data['record']).toMatchObject({ code: '12345' });
    expect(moves.posted[0]?.id).toBe(plain.posted.find(({ body }) => body.type === 'call.moved')?.id);
  });

  it('that is down, answers 500 or never, delays neither a call nor another target, and gets all once it is back', async () => {
    const state: { answer: Answer } = { answer: 'fails' };
    const [good, bad, silent] = [await receiver(), await receiver(() => state.answer), await receiver(() => 'hangs')];
    const gone = await receiver();
    gone.kill();
    await start(targets(target(gone.port), target(bad.port), target(silent.port), target(good.port)));
    await store().addAccount(account('12345'));
    const begunMs = performance.now();
    const calls = await Promise.all(Array.from({ length: 20 }, () => place('12345').finished));
    expect(performance.now() - begunMs).toBeLessThan(5_000);
    expect(calls.every(({ calledNumber }) => calledNumber !== null)).toBe(true);
    await happens(() => good.posted.length === 60);
    const back = await receiver(() => 'takes', gone.port);
    state.answer = 'takes';
    await happens(() => idsOf(bad.posted).length === 60, 15_000);
    await happens(() => idsOf(back.posted).length === 60, 15_000);
    expect(idsOf(back.posted)).toEqual(idsOf(good.posted));
    expect(idsOf(bad.posted)).toEqual(idsOf(good.posted));
    expect(good.posted).toHaveLength(60);
    expect(controller().logged()).toContain(
      `a webhook takes no events: they are kept and tried again target=at-${bad.port}`,
    );
    expect(controller().logged()).toContain(`a webhook takes events again target=at-${bad.port}`);
  }, 60_000);

  it('gets what waited over a restart, under the same ids', async () => {
    const before = await receiver(() => 'fails');
    await start(targets(target(before.port)));
    await store().addAccount(account('12345'));
    await place('12345').finished;
    await happens(() => idsOf(before.failed).length === 3);
    before.kill();
    const after = await receiver(() => 'takes', before.port);
    await restart(targets(target(after.port)));
    await happens(() => after.posted.length >= 3, 10_000);
    expect(idsOf(after.posted)).toEqual(idsOf(before.failed));
  });

  it('loses the oldest of more than webhooks.maximumWaiting, which are counted and logged', async () => {
    const gone = await receiver();
    gone.kill();
    await start({ ...targets(target(gone.port)), 'webhooks.maximumWaiting': '100' });
    await store().addAccount(account('12345'));
    await Promise.all(Array.from({ length: 40 }, () => place('12345', { farEnd: answered(5) }).finished));
    await happens(
      () =>
        controller()
          .hooks()
          .some(({ dropped }) => dropped === 20),
      10_000,
    );
    await happens(() =>
      controller()
        .hooks()
        .some(({ waiting }) => waiting === 100),
    );
    await controller().stop(0);
    expect(controller().logged()).toMatch(/error events of calls were dropped: .* target=at-\d+ events=20 /);
  }, 30_000);
});
