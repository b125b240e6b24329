import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { account, eventually } from '../../support/controller.ts';
import { openLaboratory, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';
import { header, type Message } from './phones/message.ts';
import { sitePorts } from './requirements.ts';

/** What the other side is shown, and which gateway is asked. Both ways out lead to one carrier; their headers tell them apart. */
let lab: Laboratory;
const { carrier: carrierPort } = sitePorts(process.env);
const second = `sofia/billing/{+e164}@127.0.0.1:${carrierPort}?caller=e164&identity=pai`;
const isSecond = ({ invite }: Dialog): boolean => invite !== null && header(invite, 'remote-party-id') === '';

beforeAll(async () => {
  lab = await openLaboratory({
    settings: {
      'routes.external': `sofia/gateway/carrier/{number},${second}`,
      // Known to be down, by its ping.
      'routes.toll-free': `sofia/gateway/3cx/{number},${second}`,
      'callerNumber.site': '+18016420000',
      'callerNumber.emergency': '+18016420911',
      'call.gatewaySeconds': '2',
      'entry.directWithoutCode': 'internal,toll-free',
    },
    accounts: [
      account('12345'),
      { ...account('500'), callerNumber: '+18016420500' },
      { ...account('600'), callerNumber: '+18016420600', anonymous: true },
    ],
  });
  await lab.controller().store.addExtension({ number: '202', callbackNumber: '+18016429202' });
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

type Seen = { record: CallRecord; invites: Message[]; waitedMs: number };

/** Calls, by whatever way the carrier takes it, and says what it was shown and what was recorded. */
async function call(
  how: { code?: string; number?: string; dialled?: string; from?: string; headers?: readonly string[] },
  carrier: (dialog: Dialog, second: boolean) => void = (dialog) => dialog.respond(200, { sound: true }),
): Promise<Seen> {
  const { code = '12345', number = '8016424600', dialled, from = '201', headers = [] } = how;
  const before = lab.carrier.calls().length;
  let [firstMs, answeredMs] = [0, 0];
  lab.carrier.onCall((dialog) => {
    firstMs = firstMs === 0 ? Date.now() : firstMs;
    answeredMs = Date.now();
    carrier(dialog, isSecond(dialog));
  });
  const caller = await lab.pbx.call(dialled ?? '9', { from: `<sip:${from}@127.0.0.1:${lab.pbx.port}>`, headers });
  if (dialled === undefined) {
    await caller.answered();
    await sleep(300);
    await caller.keyByInfo(`${code}**${number}#`, 10);
  }
  await Promise.race([caller.ended(8_000), sleep(3_200)]);
  if (caller.end() === null) caller.hangUp();
  const { record } = await lab.outcomeOf(caller);
  const invites = lab.carrier
    .calls()
    .slice(before)
    .flatMap(({ invite }) => invite ?? []);
  return { record, invites, waitedMs: answeredMs - firstMs };
}

const shown = (invite: Message | undefined): { from: string; rpid: string; pai: string; privacy: string } => {
  const of = (name: string): string => (invite === undefined ? '' : header(invite, name).replace(/;.*$/, ''));
  return { from: of('from'), rpid: of('remote-party-id'), pai: of('p-asserted-identity'), privacy: of('privacy') };
};

describe('the called party is shown', () => {
  it.each([
    ['the site’s number', '12345', /<sip:\+18016420000@/],
    ['the account’s', '500', /<sip:\+18016420500@/],
  ])('%s', async (_, code, number) => {
    const { invites, record } = await call({ code });
    expect(shown(invites[0])).toMatchObject({
      from: expect.stringMatching(number),
      rpid: expect.stringMatching(number),
    });
    expect(record).toMatchObject({ outcome: 'answered', gateway: 'carrier', extension: '201' });
  });

  it('no number if the caller keys *67 before it', async () => {
    const { invites, record } = await call({ number: '*678016424600' });
    expect(shown(invites[0])).toMatchObject({ from: '"Anonymous" <sip:anonymous@anonymous.invalid>', privacy: 'id' });
    expect(invites[0]?.uri).toMatch(/^sip:8016424600@/);
    expect(record).toMatchObject({ outcome: 'answered', accountName: 'Account 12345' });
  });

  it('no number if the account is anonymous; only the gateway gets it', async () => {
    const { invites, record } = await call({ code: '600' });
    expect(shown(invites[0])).toEqual({
      ...{ from: '"Anonymous" <sip:anonymous@anonymous.invalid>', rpid: '' },
      ...{ pai: '<tel:+18016420600>', privacy: 'id' },
    });
    expect(record).toMatchObject({ extension: '201', outcome: 'answered' });
  });

  it.each([
    ['the number that reaches the phone', '202', /<sip:\+18016429202@/],
    ['or else the site’s number for emergencies', '201', /<sip:\+18016420911@/],
  ])('%s on an emergency call, even if the phone asks to be hidden', async (_, from, number) => {
    const headers = [`P-Asserted-Identity: <sip:${from}@127.0.0.1>`, 'Privacy: id'];
    const { invites, record } = await call({ dialled: '911', from, headers });
    expect(shown(invites[0]).from).toMatch(number);
    expect(header(invites[0] as Message, 'remote-party-id')).toMatch(/privacy=off/);
    expect(record).toMatchObject({ callType: 'emergency', outcome: 'answered' });
  });
});

describe('another gateway', () => {
  beforeEach(async () => {
    await eventually(async () => ((await lab.freeswitch.channels()) === 0 ? true : null), 10_000);
  });

  it.each([500, 502, 503, 504, 408, 407, 405, 482, 488, 501, 513])(
    'is tried if the first one answers %i',
    async (status) => {
      const { invites, record, waitedMs } = await call({}, (dialog, isNext) =>
        isNext ? dialog.respond(200, { sound: true }) : dialog.respond(status),
      );
      expect(invites.map(({ uri }) => uri.replace(/@.*/, ''))).toEqual(['sip:8016424600', 'sip:+18016424600']);
      // As that one wants it.
      expect(shown(invites[1])).toMatchObject({ rpid: '', pai: expect.stringMatching(/<sip:18016420000@/) });
      expect(record).toMatchObject({ outcome: 'answered', gateway: `127.0.0.1:${carrierPort}` });
      expect(waitedMs).toBeLessThan(1_000);
    },
  );

  it.each([
    [486, { outcome: 'busy' }],
    [480, { outcome: 'no-answer' }],
    [404, { outcome: 'failed', reason: 'unallocated-number' }],
    [603, { outcome: 'failed', reason: 'rejected' }],
  ])('is not tried if the first one answers %i', async (status, ending) => {
    const { invites, record } = await call({}, (dialog) => dialog.respond(status));
    expect(invites).toHaveLength(1);
    expect(record).toMatchObject({ ...ending, gateway: 'carrier' });
  });

  it('is not tried if it rang and then failed', async () => {
    const { invites, record } = await call({}, (dialog) => {
      dialog.respond(180);
      setTimeout(() => dialog.respond(408), 300);
    });
    expect(invites).toHaveLength(1);
    expect(record).toMatchObject({ outcome: 'no-answer', gateway: 'carrier' });
  });

  it('is tried if the first one is silent', async () => {
    const { invites, waitedMs } = await call({}, (dialog, isNext) => {
      if (isNext) dialog.respond(200, { sound: true });
    });
    expect(invites.length).toBe(2);
    expect(waitedMs).toBeLessThan(4_500);
  });

  it('is tried at once if the first one is known to be down', async () => {
    await eventually(
      async () => (/^Status\s+DOWN/m.test(await lab.freeswitch.api('sofia status gateway 3cx')) ? true : null),
      20_000,
    );
    const began = Date.now();
    const { invites, record } = await call({ dialled: '8005551212' });
    expect(invites).toHaveLength(1);
    expect(record).toMatchObject({ outcome: 'answered', gateway: `127.0.0.1:${carrierPort}` });
    expect((record.answeredAtMs ?? Infinity) - began).toBeLessThan(1_500);
  });

  it.each([404, 486, 603])('is tried for an emergency call even if the first one answers %i', async (status) => {
    const { invites, record } = await call({ dialled: '911' }, (dialog, isNext) =>
      isNext ? dialog.respond(200, { sound: true }) : dialog.respond(status),
    );
    expect(invites).toHaveLength(2);
    expect(record).toMatchObject({ callType: 'emergency', outcome: 'answered', gateway: `127.0.0.1:${carrierPort}` });
  });
});
