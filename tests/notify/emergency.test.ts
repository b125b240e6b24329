import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { systemClock as clock } from '../../src/words/clock.ts';
import { createLog } from '../../src/controller/log.ts';
import { createAlerting, type Alerting, type AlertingOptions } from '../../src/notify/alerts.ts';
import type { AlertKeeper } from '../../src/notify/deliveries.ts';
import { tellEmergency } from '../../src/notify/emergency.ts';
import type { LocalStore } from '../../src/store/sqlite/store.ts';
import type { EmergencyNotice } from '../../src/words/emergency-notice.ts';
import { happens, startTestController } from '../support/controller.ts';
import { underLoad } from '../support/load.ts';
import { startMailServer } from '../support/mail-server.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';

const notice: EmergencyNotice = {
  callId: 'call-1',
  controller: 'c1',
  atMs: Date.parse('2026-11-25T12:00:00Z'),
  extension: '205',
  callerName: 'Room 12',
  place: 'Main building, 2nd floor',
  number: '911',
  callBackNumber: '+18015550205',
};

type Posted = { headers: IncomingMessage['headers']; body: unknown; atMs: number };
let posted: Posted[];
/** What the webhook answers, in order; the last one again and again. 0: nothing, and the request is held. */
let answers: number[];
let held: ServerResponse[];
/** The webhook's requests in progress, and the most there were at once. */
let inProgress: number;
let mostInProgress: number;
let web: Server;
let mails: string[];
let smtp: SMTPServer;
let logged: string;
let notifiers: Alerting[];
let store: LocalStore;
const { open } = temporaryStores();

beforeEach(async () => {
  store = await open();
  [posted, answers, mails, logged, notifiers] = [[], [204], [], '', []];
  [inProgress, mostInProgress, held] = [0, 0, []];
  web = createServer((request, response) => {
    mostInProgress = Math.max(mostInProgress, (inProgress += 1));
    response.on('close', () => (inProgress -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      posted.push({ headers: request.headers, body, atMs: performance.now() });
      const status = answers.length > 1 ? answers.shift() : answers[0];
      if (status === 0) {
        held.push(response);
        return;
      }
      response.writeHead(status ?? 204, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  smtp = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
    onData(stream, _session, done) {
      let mail = '';
      stream.on('data', (chunk: Buffer) => (mail += chunk.toString('utf8')));
      stream.on('end', () => {
        mails.push(mail);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(notifiers.map((notifier) => notifier.close()));
  web.closeAllConnections();
  web.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const webPort = (): number => (web.address() as AddressInfo).port;
const smtpUrl = (): string => `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
const stream = (): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString('utf8');
      done();
    },
  });

function notifier(changes: Partial<AlertingOptions> = {}, mailTo = ['desk@example.org', 'guard@example.org']) {
  const created = createAlerting({
    ...{ mail: { url: smtpUrl(), from: 'pbx@example.org' }, controller: 'c1', keeper: store, clock, keepMs: 0 },
    emergency: {
      ...{ mailTo, from: 'warning' },
      webhook: {
        url: `http://127.0.0.1:${webPort()}/hook`,
        auth: { kind: 'bearer', token: 'open-sesame' },
      },
    },
    others: { mailTo: [], webhook: null, from: 'warning' },
    log: createLog({ level: 'warn', format: 'text', stream: stream() }),
    ...{ pausesMs: [20, 20], tryMs: 300 },
    ...changes,
  });
  notifiers.push(created);
  return { placed: (told: EmergencyNotice) => tellEmergency(created, told), close: () => created.close() };
}
const lines = (): string[] => logged.split('\n').filter((line) => line !== '');

describe('an emergency call', () => {
  it('is mailed to the others where the mail server drops the connection in the middle of one mail', async () => {
    const server = await startMailServer();
    server.dropsAt = 'desk@example.org';
    const told = notifier({ mail: { url: server.url, from: 'pbx@example.org' } });
    told.placed(notice);
    await happens(() => server.received.length === 1, underLoad(5000));
    expect(server.received[0]?.to).toEqual(['guard@example.org']);
    server.dropsAt = null;
    await happens(() => server.received.length === 2, underLoad(5000));
    await told.close();
    await server.close();
    expect(server.received.map(({ to }) => to.join())).toEqual(['guard@example.org', 'desk@example.org']);
  });

  it('is logged, posted and mailed within a second, without delaying the thread of the call', async () => {
    const begunMs = performance.now();
    notifier().placed(notice);
    expect(performance.now() - begunMs).toBeLessThan(underLoad(200));
    await happens(() => posted.length === 1 && mails.length === 2, 1000);
    expect(logged).toContain('warn  emergency call placed call=call-1 at=2026-11-25T12:00:00.000Z');
    for (const said of [
      'extension=205',
      'callerName="Room 12"',
      'place="Main building, 2nd floor"',
      'number=911',
      'callBackNumber=+18015550205',
      'controller=c1',
    ]) {
      expect(logged).toContain(said);
    }
    const [{ headers, body } = { headers: {}, body: null }] = posted;
    expect(headers).toMatchObject({ authorization: 'Bearer open-sesame', 'content-type': 'application/json' });
    const said = { ...notice, event: 'emergency-call', at: '2026-11-25T12:00:00.000Z', atMs: undefined };
    const id = String(new Map(Object.entries(headers)).get('webhook-id'));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body).toEqual({ ...said, id, level: 'critical', text: 'emergency call placed' });
    const [mail = ''] = mails;
    expect(mail).toContain('Subject: Emergency call: 911 from extension 205, Main building, 2nd floor');
    expect(mail).toContain('To: desk@example.org, guard@example.org');
    expect(mail).toMatch(/Call-back number: \+18015550205\r\n/);
  });

  it('is notified even if something goes wrong at first', async () => {
    answers = [500, 0, 204];
    notifier().placed(notice);
    await happens(() => posted.length === 3);
    await notifiers[0]?.close();
    expect(lines()).toHaveLength(1);
  });

  it('whose notification fails is logged once per channel, without address and secret', async () => {
    answers = [302];
    const toNobody = notifier({ mail: { url: 'smtp://127.0.0.1:1', from: 'pbx@example.org' } });
    toNobody.placed(notice);
    await happens(() => lines().length === 3);
    expect(posted).toHaveLength(3);
    expect(posted.map(({ body }) => body)).not.toContain(null);
    const failures = lines().filter((line) => line.includes('error an emergency call notification failed'));
    expect(failures).toHaveLength(2);
    expect(failures.find((line) => line.includes('way=webhook'))).toMatch(
      /call=call-1 .*127\.0\.0\.1:\d+ answered 302/,
    );
    expect(failures.find((line) => line.includes('way=e-mail'))).toMatch(/the mail server did not accept it/);
    expect(logged).not.toMatch(/hook\b.*open-sesame|\/hook/);
  });

  it('leaves nothing behind at a stop: a notification that hangs is left to the next run after a few seconds, and logged', async () => {
    answers = [0];
    const hanging = notifier({ tryMs: 60_000 }, []);
    hanging.placed(notice);
    await happens(() => posted.length === 1);
    const begunMs = performance.now();
    await hanging.close();
    expect(performance.now() - begunMs).toBeLessThan(5_000);
    expect(lines().at(-1)).toContain('the controller is stopping');
    answers = [204];
    notifier({}, []);
    await happens(() => posted.length === 2);
    expect(posted[1]?.headers['webhook-id']).toBe(posted[0]?.headers['webhook-id']);
  });

  it('is posted once, whatever cannot be written of it, and the next run knows that it was taken', async () => {
    let failures = 0;
    // As on a disk that is full for a while.
    const failing: AlertKeeper = {
      ...store,
      noteDelivery: (note) =>
        (failures += 1) <= 5 ? Promise.reject(new Error('disk full')) : store.noteDelivery(note),
    };
    notifier({ keeper: failing }, []).placed(notice);
    await happens(() => failures > 5);
    await notifiers[0]?.close();
    notifier({}, []);
    await notifiers[1]?.close();
    expect(posted).toHaveLength(1);
    const [kept] = await store.listAlerts({ limit: 1 });
    expect(kept?.deliveries[0]).toMatchObject({ way: 'webhook', tries: 1, error: null });
  });

  it.each(['keepAlert', 'noteDelivery'] as const)(
    'is posted once where %s fails, as are those after it',
    async (fails) => {
      const most = fails === 'keepAlert' ? 200 : 300;
      const broken: AlertKeeper = { ...store, [fails]: () => Promise.reject(new Error('disk full')) };
      const flooded = notifier({ keeper: broken, tryMs: 30_000 }, []);
      for (let i = 0; i < most; i += 1) flooded.placed({ ...notice, callId: `call-${i}` });
      await happens(() => posted.length >= most);
      await flooded.close();
      expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(most);
      expect(posted.length).toBe(most);
    },
  );

  it('is notified with the caller’s text as data: it adds no header, line or escape sequence', async () => {
    const evil = 'Bob\r\nBcc: all@example.org\r\n\r\n<b>hi\u001b[2J\u2028\u202eevil';
    notifier().placed({
      ...notice,
      extension: `201\r\nX-Evil: 1`,
      callerName: evil,
      place: null,
      callBackNumber: null,
    });
    await happens(() => posted.length === 1 && mails.length === 1);
    expect(lines()).toHaveLength(1);
    expect(logged).not.toMatch(/[\u001b\u2028\u202e]/);
    const [mail = ''] = mails;
    const [head = ''] = mail.split('\r\n\r\n');
    expect(head).not.toMatch(/^(?:Bcc|X-Evil)/m);
    expect(mail).toMatch(/Caller: Bob Bcc: all@example\.org <b>hi \[2J/);
    expect(mail).toContain('Place: not in the directory');
    expect(posted[0]?.body).toMatchObject({ place: null, callBackNumber: null, extension: '201 X-Evil: 1' });
  });

  it('is notified in a flood of others, with a bounded number in progress', async () => {
    answers = [0];
    const flooded = notifier({ tryMs: 60_000, pausesMs: [] }, []);
    for (let i = 0; i < 500; i += 1) flooded.placed({ ...notice, callId: `call-${i}` });
    expect(lines().filter((line) => line.includes('emergency call placed'))).toHaveLength(500);
    await happens(() => held.length === 200, underLoad(10_000));
    await happens(() => {
      for (const response of held.splice(0)) response.writeHead(204).end();
      return posted.length === 500;
    }, underLoad(10_000));
    expect(mostInProgress).toBe(200);
    expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(500);
  });
});

describe('the settings of emergency calls', () => {
  it.each([
    [{ 'mail.url': 'mail.example:25' }, /mail\.url must be like smtp/],
    [{ 'emergency.mailTo': 'desk@example.org' }, /emergency\.mailTo needs mail\.url and mail\.from/],
    [{ 'emergency.webhook': 'ftp://example.org' }, /emergency\.webhook must be an http or https URL/],
    [{ 'emergency.webhook': 'https://me:secret@example.org' }, /emergency\.webhook must be an http or https URL/],
    [{ 'emergency.mailTo': 'nobody' }, /emergency\.mailTo/],
    [{ 'emergency.webhookSecret': 'a\nb' }, /emergency\.webhookSecret/],
  ])('are refused in one line, without the secret: %j', async (flags, message) => {
    const starting = startTestController(flags);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.not.toThrow(/\n|me:secret/);
  });
});
