import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { alertsCommand } from '../../src/cli/alerts/alerts.ts';
import { loadConfig } from '../../src/config/load.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';

const { open } = temporaryStores();

async function alerts(args: string[], flags: Record<string, string> = {}, store = open()) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const config = loadConfig({ file: null, env: {}, flags });
  const code = await alertsCommand(args, { store: await store, config, stdout, stderr });
  const textOf = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

const hook = (port: number) => ({
  'alerts.webhook': `http://127.0.0.1:${port}/`,
  'alerts.webhookSecret': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

describe('alerts', () => {
  it('test posts one to the webhook, says what it answered, and lists it', async () => {
    const answers = [204, 500];
    const server = createServer((_request, response) => response.writeHead(answers.shift() ?? 204).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const store = open();
    expect(await alerts(['test'], hook(port), store)).toEqual({ code: 0, out: 'webhook: delivered\n', err: '' });
    const failed = await alerts(['test'], hook(port), store);
    expect(failed).toEqual({ code: 1, out: '', err: `webhook: given up, 127.0.0.1:${port} answered 500\n` });
    server.close();
    const { out } = await alerts(['list'], {}, store);
    expect(out).toMatch(/warning +\S+ +a test: alerts arrive here +webhook: given up, 127\.0\.0\.1:\d+ answered 500/);
    expect(out).toMatch(/warning +\S+ +a test: alerts arrive here +webhook$/m);
    const json = JSON.parse((await alerts(['list', '--json', '--limit', '1'], {}, store)).out) as { kind: string }[];
    expect(json).toMatchObject([
      { kind: 'test', level: 'warning', callId: null, deliveries: [{ way: 'webhook', tries: 1 }] },
    ]);
  });

  it.each([
    [['test'], {}, /neither alerts\.mailTo nor alerts\.webhook is set/],
    [['test'], { 'alerts.mailTo': 'desk@example.org' }, /alerts\.mailTo needs mail\.url/],
    [['list', '--limit', '0'], {}, /--limit must be a whole number/],
  ])('refuses %j with %j in one line', async (args, flags, message) => {
    const { code, err } = await alerts(args, flags);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
