import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Dialog } from './phones/dialog.ts';
import { openLaboratory, type Laboratory } from './phones/laboratory.ts';
import { sitePorts } from './requirements.ts';

/** Emergency calls without a controller: the dialplan alone. */
let lab: Laboratory;
const claimSeconds = 3;

beforeAll(async () => {
  lab = await openLaboratory({ values: { emergency_claim_seconds: String(claimSeconds), claim_seconds: '5' } });
  await lab.stopController();
}, 120_000);
afterEach(async () => {
  await lab.freeswitch.api('hupall');
  lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
});
afterAll(() => lab.dispose(), 60_000);

/** Talks for longer than FreeSWITCH would wait for a controller, and hangs up. */
async function expectConversation(caller: Dialog, callee: Dialog): Promise<void> {
  expect(await caller.answered()).toBe(200);
  await sleep(6500);
  expect([caller.end(), callee.end()]).toEqual([null, null]);
  caller.hangUp();
  expect(await callee.ended()).toEqual({ by: 'bye' });
  const legs = await lab.legsOf(caller);
  expect(legs.caller.variables).toMatchObject({ billing_taken_back: 'true', hangup_cause: 'NORMAL_CLEARING' });
}

describe('an emergency number when no controller listens', () => {
  it.each([
    ['911', '911'],
    ['+112', '112'],
    ['9911', '911'],
    ['911;phone-context=+1', '911'],
    ['tel:+112', '112'],
    ['sos', '911'],
    ['urn:service:sos', '911'],
    ['URN:service:SOS.fire', '911'],
  ])('%s goes out at once, and is not cut off', async (dialled, number) => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call(dialled);
    const began = Date.now();
    const callee = await lab.calleeOf(number, before);
    expect(Date.now() - began).toBeLessThan(1000);
    await expectConversation(caller, callee);
  });

  it('goes out by the second gateway if the first refuses', async () => {
    const before = lab.carrier.calls().length;
    lab.carrier.onCall((dialog) =>
      dialog.respond(lab.carrier.calls().length === before + 1 ? 503 : 200, { sound: true }),
    );
    const caller = await lab.pbx.call('911');
    expect(await caller.answered()).toBe(200);
    expect(
      lab.carrier
        .calls()
        .slice(before)
        .map((dialog) => dialog.invite?.uri),
    ).toHaveLength(2);
    caller.hangUp();
  });
});

describe('an emergency number when the controller accepts the connection and stays silent', () => {
  const connections: Socket[] = [];
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => {
      socket.on('error', () => undefined);
      connections.push(socket);
    });
    await new Promise<void>((resolve) =>
      silent.listen(sitePorts(process.env).controllers[0], '127.0.0.1', () => resolve()),
    );
  });
  afterAll(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('goes out soon, and is not cut off', async () => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('911');
    const began = Date.now();
    const callee = await lab.calleeOf('911', before);
    expect(Date.now() - began).toBeLessThan((claimSeconds + 1) * 1000);
    await expectConversation(caller, callee);
  });
});
