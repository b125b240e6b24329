import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { signatureOf } from '../../src/notify/webhook.ts';
import { account, eventually, happens, startTestController } from '../support/controller.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import { answered, controllerWithCalls } from './calls.ts';

const { controller, store, place, up, recordOf, refusedAs, start, restart } = controllerWithCalls();

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
type Posted = { id: string; signature: string; timestamp: string; text: string; body: Record<string, unknown> };

let receivers: Server[] = [];
let folders: string[] = [];
afterEach(() => {
  for (const receiver of receivers) {
    receiver.closeAllConnections();
    receiver.close();
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  [receivers, folders] = [[], []];
});

/** Takes what is posted; `hangs`: it never answers. */
async function receiver(
  posted: Posted[],
  { again, hangs = false }: { again?: number; hangs?: boolean } = {},
): Promise<{ port: number; server: Server }> {
  const port = again ?? (await freePorts(1))[0];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const header = (name: string): string => String(request.headers[name]);
      posted.push({
        ...{ id: header('webhook-id'), signature: header('webhook-signature'), timestamp: header('webhook-timestamp') },
        ...{ text, body: JSON.parse(text) as Record<string, unknown> },
      });
      if (!hangs) response.writeHead(204).end();
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  receivers.push(server);
  return { port: (server.address() as AddressInfo).port, server };
}

const hookAt = (port: number): Record<string, string> => ({
  'alerts.webhook': `http://127.0.0.1:${port}/alerts`,
  'alerts.webhookSecret': secret,
});

/** Latvia, the United Kingdom, Germany. */
const [riga, london, berlin] = ['01137167001234', '011442079460123', '01149301234567'] as const;
/** A caller who goes on keying it after it was refused. */
const insisting = (code: string, number: string) =>
  refusedAs(place(code, { keys: [`${code}**${number}#`, `${number}#`, `${number}#`] }));
const abroad = (number: string, code = '12345') => place(code, { keys: [`${code}**${number}#`], farEnd: answered() });

describe('the watch over destinations', () => {
  it('names a first call to a country in the record, the log and a signed post, once', async () => {
    const posted: Posted[] = [];
    const { port } = await receiver(posted);
    await start({ ...hookAt(port), 'watch.officeHours': '' });
    await store().addAccount(account('12345'));
    const { callId, calledNumber } = await abroad(riga).finished;
    expect(calledNumber).not.toBeNull();
    expect((await recordOf(callId)).rule).toBe(
      'no restriction; watch: account: first call ever to Latvia (warning); site: first call ever to Latvia (warning)',
    );
    expect(controller().logged()).toMatch(
      new RegExp(`warn .*watch: account: first call ever to Latvia.*call=${callId} .*number=\\+37167001234`),
    );
    await happens(() => posted.length === 1);
    const [post] = posted;
    const { id = '', signature, timestamp, text = '', body } = post ?? {};
    expect(signature).toBe(signatureOf(secret, { id, atSeconds: Number(timestamp), body: text }));
    expect(body).toMatchObject({
      ...{ event: 'destination-watch', id, level: 'warning', callId, number: '+37167001234', account: 'Account 12345' },
      ...{ rules: 'new-destination', refused: false },
    });
    expect(text).not.toContain('12345*');
    const again = await abroad(riga).finished;
    expect((await recordOf(again.callId)).rule).toBe('no restriction');
    expect(posted).toHaveLength(1);
  });

  it('refuses at the critical level where that is configured; the caller hears what refused callers hear', async () => {
    await start({ 'watch.newDestinations': '1/2', 'watch.block': 'new-destination', 'watch.officeHours': '' });
    await store().addAccount(account('12345'));
    await store().addAccount(account('67890', { restriction: blocking('+44') }));
    expect((await abroad(riga).finished).calledNumber).not.toBeNull();
    const refused = await insisting('12345', london);
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'fraud-suspected', calledNumber: null });
    expect(refused.rule).toMatch(
      /^watch: account: first call ever to United Kingdom, new destination number 2 in 24 hours \(critical\)/,
    );
    const byRule = await insisting('67890', london);
    expect(byRule.reason).toBe('number-blocked');
    expect(refused.heard).toBe('phrase:billing_farewell:goodbye:number-not-allowed');
    expect(controller().logged()).toMatch(
      /error .*watch: a call was refused: account: first call ever to United Kingdom/,
    );
    // What is known goes on, and so do emergency calls.
    expect((await abroad(riga).finished).calledNumber).not.toBeNull();
    expect((await place('12345', { keys: ['12345**911#'] }).finished).calledNumber).not.toBeNull();
  });

  it('remembers over a restart what was called before', async () => {
    await start({ 'watch.officeHours': '' });
    await store().addAccount(account('12345'));
    await recordOf((await abroad(riga).finished).callId);
    await restart({ 'watch.officeHours': '' });
    const { callId } = await abroad(riga).finished;
    expect((await recordOf(callId)).rule).toBe('no restriction');
  });

  it('counts no call whose caller hangs up at the price: the next one is the first, after a restart too', async () => {
    const settings = { 'entry.confirmPrice': 'international', 'watch.officeHours': '', 'watch.newDestinations': '1/2' };
    await start({ ...settings, 'watch.block': 'new-destination' });
    await store().addAccount(account('12345'));
    await store().importRates('default', ratesSource([rateTerms('371'), rateTerms('44'), rateTerms('49')]));
    const toPrice = (number: string) => place('12345', { keys: [`12345**${number}#`], outOfKeys: 'hang-up' }).finished;
    for (const number of [riga, london, berlin]) {
      const { callId } = await toPrice(number);
      expect(await recordOf(callId)).toMatchObject({ bridgedAtMs: null, outcome: 'abandoned' });
    }
    expect(controller().logged()).not.toContain('watch: account');
    await restart(settings);
    const { callId } = await place('12345', { keys: [`12345**${riga}#`, '1'], farEnd: answered() }).finished;
    expect((await recordOf(callId)).rule).toMatch(/watch: account: first call ever to Latvia \(warning\)/);
    expect(controller().logged()).toContain('watch: account: first call ever to Latvia');
  });

  it('knows premium numbers and the ranges of the site’s list', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'billing-watch-'));
    folders.push(folder);
    const file = join(folder, 'ranges.csv');
    writeFileSync(file, 'prefix;name\n+371 67;Riga, reported\n');
    await start({
      'watch.rangesFile': file,
      'watch.riskyCalls': '1/2',
      'watch.block': 'risky-range',
      'watch.officeHours': '',
    });
    await store().addAccount(account('12345'));
    const { callId } = await abroad(riga).finished;
    expect((await recordOf(callId)).rule).toContain('account: 1 call to high-fraud range +37167 Riga, reported');
    const refused = await insisting('12345', '19005550123');
    expect(refused).toMatchObject({ reason: 'fraud-suspected' });
    expect(refused.rule).toContain('2 calls to premium numbers');
  });

  it('sees many short calls when they end, and several countries at once', async () => {
    await start({
      'watch.shortCalls': '3/0',
      'watch.destinationsAtOnce': '3/0',
      'watch.officeHours': '',
      'watch.newDestinations': '0/0',
      'watchSite.newDestinations': '0/0',
    });
    await store().addAccount(account('12345'));
    const calls = [riga, london, berlin].map((number) =>
      place('12345', { keys: [`12345**${number}#`], farEnd: answered(1_000) }),
    );
    await up(6);
    await Promise.all(calls.map(({ finished }) => finished));
    await happens(() => /watch: account: 3 short calls in an hour/.test(controller().logged()));
    expect(controller().logged()).toMatch(/watch: account: calls to 3 countries at the same time/);
  });

  it.each([
    [{ 'watch.rangesFile': '/nowhere/ranges.csv' }, /watch\.rangesFile: .*no such file/],
    [{ 'watch.newDestinations': 'many' }, /watch\.newDestinations.* must be two numbers/],
    [{ 'alerts.webhook': 'http://127.0.0.1:1/' }, /alerts\.webhook needs alerts\.webhookSecret/],
    [{ 'alerts.mailTo': 'desk@example.org' }, /alerts\.mailTo needs mail\.url and mail\.from/],
    [
      { 'alerts.webhook': 'http://127.0.0.1:1/', 'alerts.webhookSecret': 'short' },
      /alerts\.webhookSecret must be whsec_/,
    ],
  ])('is refused with one line where its settings are wrong: %j', async (flags, message) => {
    await expect(startTestController(flags)).rejects.toThrow(message);
  });
});

describe('an alert whose receiver is gone', () => {
  it('waits on disk, and is delivered under its one id after the receiver and the controller were restarted', async () => {
    const [before, after]: [Posted[], Posted[]] = [[], []];
    const first = await receiver(before, { hangs: true });
    await start({ ...hookAt(first.port), 'watch.officeHours': '' });
    await store().addAccount(account('12345'));
    await recordOf((await abroad(riga).finished).callId);
    await happens(() => before.length === 1);
    first.server.closeAllConnections();
    first.server.close();
    await restart({ ...hookAt(first.port), 'watch.officeHours': '' });
    expect((await store().listAlerts({ limit: 10 })).map(({ deliveries }) => deliveries[0]?.deliveredAtMs)).toEqual([
      null,
    ]);
    await receiver(after, { again: first.port });
    await happens(() => after.length === 1, 20_000);
    expect(after[0]?.id).toBe(before[0]?.id);
    expect(after[0]?.text).toBe(before[0]?.text);
    await eventually(async () =>
      (await store().listAlerts({ limit: 1 }))[0]?.deliveries[0]?.deliveredAtMs == null ? null : true,
    );
  });
});

const blocking = (prefix: string) => ({
  ...{ minimumDigits: null, maximumDigits: null, blockedPrefixes: [prefix], allowedPrefixes: [] },
  ...{ allowedNumbers: [], allowedCallTypes: [] },
});
