import { createServer, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

const hourMs = 3_600_000;
let folder: string;
const open: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-away-'));
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A controller whose copy of the directory is as old as is said, and whose SQL Server is wherever `flags` say. */
async function start(copiedMsAgo: number | null, flags: Record<string, string>): Promise<TestController> {
  const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  await store.addAccount(account('12345'));
  if (copiedMsAgo !== null) await store.noteFresh(Date.now() - copiedMsAgo);
  await store.close();
  const controller = await startTestController({
    ...{
      'data.dir': folder,
      'sqlserver.server': '127.0.0.1',
      'sqlserver.connectTimeoutMs': '200',
      'log.level': 'info',
    },
    ...flags,
  });
  open.push(() => controller.dispose());
  return controller;
}

/** Nothing listens there: it was ours a moment ago. */
async function closedPort(): Promise<number> {
  const { server, port } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

async function dial(controller: TestController, keys: string) {
  const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
  open.push(() => simulator.close());
  const { callId } = await simulator.placeCall({ dialled: '9', keys: [keys], outOfKeys: 'hang-up' }).finished;
  return eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });
}

const awayLines = (controller: TestController): string[] =>
  controller
    .logged()
    .split('\n')
    .filter((line) => line.includes('SQL Server is unreachable'));
const national = '12345**8016424655#';

describe('while SQL Server is unreachable, calls are decided by a copy', () => {
  it.each([
    ['an hour old', hourMs, {}, 'answered', null],
    ['5 hours old: past the limit', 5 * hourMs, {}, 'refused', 'directory-stale'],
    ['5 hours old, and 6 are allowed', 5 * hourMs, { 'offline.maxAgeMinutes': '360' }, 'answered', null],
    ['5 hours old, and the policy is to allow', 5 * hourMs, { 'offline.policy': 'allow' }, 'answered', null],
    [
      '5 hours old, and the call type is never stopped',
      5 * hourMs,
      { 'offline.alwaysAllowed': 'national' },
      'answered',
      null,
    ],
    ['never made', null, {}, 'refused', 'directory-stale'],
  ])('that is %s', async (_, copiedMsAgo, flags, outcome, reason) => {
    const controller = await start(copiedMsAgo, { 'sqlserver.port': String(await closedPort()), ...flags });
    const record = await dial(controller, national);
    expect(record).toMatchObject({ outcome, reason });
    if (reason !== null)
      expect(record.rule).toMatch(/^offline: the directory (?:is 300 minutes old, 240 are|was never copied)/);
  });

  it('emergency calls are never stopped', async () => {
    const controller = await start(null, { 'sqlserver.port': String(await closedPort()) });
    expect(await dial(controller, '911#')).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  });

  it('one log line says why and since when, however often it is tried', async () => {
    const port = await closedPort();
    const controller = await start(hourMs, { 'sqlserver.port': String(port) });
    await eventually(() => Promise.resolve(awayLines(controller).length > 0 ? true : null));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(awayLines(controller)).toHaveLength(1);
    expect(awayLines(controller)[0]).toMatch(/nothing listens there.*ECONNREFUSED.*since=\d{4}-\d\d-\d\dT/);
    expect((await dial(controller, national)).outcome).toBe('answered');
    expect(await controller.store.outboxCounts()).toMatchObject({ refused: 0 });
    expect((await controller.store.outboxCounts()).waiting).toBeGreaterThan(0);
  });

  it.each([
    ['accepts and never says a word', () => undefined],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['speaks HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ])('neither start nor stop nor a call waits for a server that %s', async (_, onConnection) => {
    const sockets = new Set<Socket>();
    const { server, port } = await listen((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    open.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const controller = await start(hourMs, { 'sqlserver.port': String(port) });
    expect((await dial(controller, national)).outcome).toBe('answered');
    // An unknown code is refused at once: there is nobody to ask.
    const askedAt = Date.now();
    expect(await dial(controller, '99999**8016424655#')).toMatchObject({ outcome: 'abandoned', accountId: null });
    expect(Date.now() - askedAt).toBeLessThan(500);
    await eventually(() => Promise.resolve(awayLines(controller).length > 0 ? true : null));
    const stoppedAt = Date.now();
    await controller.stop(0);
    expect(Date.now() - stoppedAt).toBeLessThan(3000);
  });
});
