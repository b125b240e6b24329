import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord } from '../../../src/cdr/record.ts';
import type { AccountInput } from '../../../src/store/store.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { startFreeswitch, type Freeswitch, type FreeswitchChanges } from '../freeswitch.ts';
import { checkSite, sitePorts } from '../requirements.ts';
import { legsByCallId, type Legs } from '../site.ts';
import type { Dialog } from './dialog.ts';
import { openPhone, type CallHow, type Phone } from './phone.ts';

/** FreeSWITCH with a controller, between a phone system and a carrier that are driven by hand. */
export type Laboratory = {
  freeswitch: Freeswitch;
  folder: string;
  controller: TestController;
  /** Where calls come from: 3CX. */
  pbx: Phone;
  carrier: Phone;
  /** Dials 9 and keys code and number: the carrier's phone rings. */
  place(number?: string, how?: CallHow): Promise<Dialog>;
  /** The same, and the called party has answered. */
  converse(number?: string, how?: CallHow): Promise<Conversation>;
  /** The only record of a caller's call, once it is closed, and FreeSWITCH's CDRs of its legs. */
  outcomeOf(caller: Dialog): Promise<{ record: CallRecord; legs: Legs }>;
  records(): Promise<readonly CallRecord[]>;
  dispose(): Promise<void>;
};

export type Conversation = { caller: Dialog; callee: Dialog };

export type LaboratoryOptions = FreeswitchChanges & {
  /** Flags of the controller. */
  settings?: Readonly<Record<string, string>>;
  accounts?: readonly AccountInput[];
};

/** What `place` keys. */
export const keyedCode = '12345';
export const usualNumber = '8016424600';

/** Rejects with a `MissingRequirement` where something that it needs is missing. */
export async function openLaboratory(options: LaboratoryOptions = {}): Promise<Laboratory> {
  const { freeswitch: binary } = await checkSite(process.env);
  const ports = sitePorts(process.env);
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-phones-'));
  /** What was opened, last first. */
  const disposers: (() => Promise<void> | void)[] = [];
  async function dispose(): Promise<void> {
    for (const close of disposers.splice(0)) await close();
    if (process.env['BILLING_TEST_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  }
  async function open<T>(opening: Promise<T>, close: (opened: T) => Promise<void> | void): Promise<T> {
    const opened = await opening;
    disposers.unshift(() => close(opened));
    return opened;
  }
  try {
    const controllers = `127.0.0.1:${ports.controllers[0]}`;
    const freeswitch = await open(startFreeswitch(binary, folder, ports, controllers, options), (one) => one.stop());
    const settings = {
      ...{ 'esl.port': String(ports.controllers[0]), 'call.settleMs': '1000', 'call.settleAfterTalkMs': '3000' },
      ...{ 'entry.firstDigitMs': '5000', 'entry.digitMs': '2000', 'routes.internal': 'sofia/gateway/carrier/{number}' },
      ...options.settings,
    };
    const controller = await open(startTestController(settings), (one) => one.dispose());
    await controller.store.importAccounts(options.accounts ?? [account(keyedCode)]);
    const pbx = await open(openPhone(ports.pbx, ports.sip), (one) => one.close());
    const carrier = await open(openPhone(ports.carrier, ports.sip), (one) => one.close());
    return { ...callsOf(freeswitch, controller, pbx, carrier), freeswitch, folder, controller, pbx, carrier, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Calls = Pick<Laboratory, 'place' | 'converse' | 'outcomeOf' | 'records'>;

function callsOf(freeswitch: Freeswitch, controller: TestController, pbx: Phone, carrier: Phone): Calls {
  const records = () => controller.store.listCallRecords({ limit: 10_000 });

  async function place(number = usualNumber, how: CallHow = {}): Promise<Dialog> {
    const caller = await pbx.call('9', how);
    const status = await caller.answered();
    if (status !== 200) throw new Error(`FreeSWITCH answered ${status ?? 'nothing'}`);
    // A moment for the prompt to begin.
    await sleep(300);
    await caller.keyByInfo(`${keyedCode}**${number}#`, 10);
    return caller;
  }

  async function converse(number = usualNumber, how: CallHow = {}): Promise<Conversation> {
    // Conversations side by side are told apart by their numbers.
    const before = carrier.calls().length;
    const caller = await place(number, how);
    const callee = await eventually(() => {
      const calls = carrier.calls().slice(before);
      return Promise.resolve(calls.find(({ invite }) => invite?.uri.startsWith(`sip:${number}@`) === true) ?? null);
    });
    await eventually(() => Promise.resolve(callee.received.some(({ method }) => method === 'ACK') ? true : null));
    return { caller, callee };
  }

  async function outcomeOf(caller: Dialog): ReturnType<Laboratory['outcomeOf']> {
    const legs = await eventually(
      () => Promise.resolve(legsByCallId(freeswitch.cdrs()).get(caller.callId) ?? null),
      20_000,
    );
    const record = await eventually(async () => {
      const found = await controller.store.findCallRecord(legs.caller.variables['uuid'] ?? '');
      return found?.endedAtMs == null ? null : found;
    }, 10_000);
    return { record, legs };
  }

  return { place, converse, outcomeOf, records };
}
