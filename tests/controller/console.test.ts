import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { firstAdministrator } from './administrator.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

let controller: TestController;
afterEach(() => controller.dispose());

describe('the web console of a controller', () => {
  it('shows a call through its states, and ends it; the record is as of any other call', async () => {
    controller = await startTestController({ 'console.port': '0' });
    await controller.store.addAccount(account('12345', { name: 'Smith & Co' }));
    const browser = await firstAdministrator(controller);
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
    const call = simulator.placeCall({
      ...{ dialled: '9', callerNumber: '202', keys: ['12345**8016424655#'] },
      farEnd: { kind: 'answers', afterMs: 20, talkMs: Infinity, hangsUp: 'caller' },
    });
    const path = `/live/${call.callId}/end`;
    await eventually(async () => ((await browser.get('/live')).text.includes('>talking<') ? true : null));
    expect((await browser.get('/live')).text).toContain('Smith &amp; Co');
    await browser.get(path);
    expect((await browser.post(path)).text).toContain('The call was ended.');
    expect(await call.finished).toMatchObject({ answered: true, endedBy: 'switch' });
    const record = await eventually(async () => {
      const found = await controller.store.findCallRecord(call.callId);
      return found?.endedAtMs == null ? null : found;
    });
    expect(record).toMatchObject({ outcome: 'answered', accountName: 'Smith & Co', closedBy: 'event' });
    simulator.close();
  });

  it('ends no emergency call', async () => {
    controller = await startTestController({ 'console.port': '0' });
    const browser = await firstAdministrator(controller);
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
    const call = simulator.placeCall({
      ...{ dialled: '911', callerNumber: '202' },
      farEnd: { kind: 'answers', afterMs: 20, talkMs: 3_000, hangsUp: 'callee' },
    });
    const path = `/live/${call.callId}/end`;
    await eventually(async () => ((await browser.get('/live')).text.includes('>talking<') ? true : null));
    await browser.get(path);
    expect((await browser.post(path)).text).toContain('only its two sides end it');
    expect((await call.finished).endedBy).toBe('callee');
    simulator.close();
  });

  it('that cannot have its port says so, and calls go on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    controller = await startTestController({ 'console.port': String(port) });
    await controller.store.addAccount(account('12345'));
    await controller.console.ready();
    expect(controller.logged()).toContain(`cannot listen on 127.0.0.1:${port} (console.bindAddress, console.port)`);
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
    expect((await simulator.placeCall({ dialled: '9', keys: ['12345**8016424655#'] }).finished).answered).toBe(true);
    simulator.close();
    await new Promise((resolve) => other.close(resolve));
  });
});
