import { afterEach, expect, it } from '@jest/globals';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';

let controller: TestController;
let simulator: Simulator;
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

const closed = (prefix: string, destination: string) =>
  rateTerms(prefix, { destination, status: 'closed', priceMicros: 0, connectFeeMicros: 0 });
const farEnd: FarEnd = { kind: 'answers', afterMs: 5, talkMs: 50, hangsUp: 'callee' };

async function start(): Promise<void> {
  controller = await startTestController({ 'log.level': 'warn', 'entry.tries': '1' });
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  await controller.store.addAccount(account('12345'));
}

async function call(keys: string[], dialled = '9'): Promise<CallRecord> {
  const { callId } = await simulator.placeCall({ dialled, keys, farEnd }).finished;
  return eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });
}

it('a closed code refuses calls with its reason and rule, by the table of the account, and nothing else', async () => {
  await start();
  const { store } = controller;
  const rates = [rateTerms('1'), closed('1801', 'Utah'), rateTerms('44'), closed('447', 'UK mobile')];
  await store.importRates('default', ratesSource(rates));
  expect(await call(['12345**8016424655#'])).toMatchObject({
    ...{ outcome: 'refused', reason: 'destination-closed', rule: 'rate table default: 1801 Utah is closed' },
    calledNumber: null,
  });
  expect(await call(['12345**011447911123456#'])).toMatchObject({ reason: 'destination-closed' });
  expect(await call(['12345**011442079460000#'])).toMatchObject({ outcome: 'answered', reason: null });
  // Another table is not closed.
  await store.importRates('special', ratesSource([rateTerms('1')]));
  await store.assignRateTable({ accountCode: '12345' }, 'special');
  expect(await call(['12345**8016424655#'])).toMatchObject({ outcome: 'answered' });
});

it('where everything else is closed, emergency, toll-free and internal calls go out, and the rest is refused', async () => {
  await start();
  await controller.store.importRates('default', ratesSource([closed('', 'Everything else'), rateTerms('1801')]));
  expect(await call(['12345**2125550123#'])).toMatchObject({
    ...{ reason: 'destination-closed', rule: 'rate table default: * Everything else is closed' },
  });
  expect(await call(['12345**8016424655#'])).toMatchObject({ outcome: 'answered' });
  expect(await call(['12345**8005550123#'])).toMatchObject({ outcome: 'answered', callType: 'toll-free' });
  expect(await call(['12345**911#'])).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  expect(await call([], '911')).toMatchObject({ outcome: 'answered', callType: 'emergency' });
});
