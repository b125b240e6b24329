import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import type { Clock } from '../../../../src/words/clock.ts';
import type { AccountInput } from '../../../../src/words/directory.ts';
import { account, eventually, startTestController, type TestController } from '../../../support/controller.ts';
import { startFreeswitch, type Freeswitch, type FreeswitchChanges } from '../freeswitch.ts';
import { checkSite, sitePorts } from '../requirements.ts';
import { legsByCallId, type Legs } from '../site.ts';
import type { Dialog } from './dialog.ts';
import { openPhone, type CallHow, type Phone } from './phone.ts';
import { openSound, portsFrom, type Sound } from './sound.ts';

/** FreeSWITCH with a controller, between a phone system and a carrier that are driven by hand. */
export type Laboratory = {
  freeswitch: Freeswitch;
  folder: string;
  /** Where calls come from: 3CX. */
  pbx: Phone;
  carrier: Phone;
  controller(): TestController;
  /** Another controller, with an empty store, in the place of the one that was. */
  startAnew(settings: Settings): Promise<void>;
  /** Nobody listens for calls any more. */
  stopController(): Promise<void>;
  /** Dials 9 and keys code and number: the carrier's phone rings. */
  place(number?: string, how?: CallHow): Promise<Dialog>;
  /** The same, and the called party has answered. */
  converse(number?: string, how?: CallHow): Promise<Conversation>;
  /** The carrier's side of a call to this number, once it is there. */
  calleeOf(number: string, before?: number): Promise<Dialog>;
  /** FreeSWITCH's CDRs of a call, once they are there. */
  legsOf(caller: Dialog): Promise<Legs>;
  /** The record of a call, once it is closed, and FreeSWITCH's CDRs. */
  outcomeOf(caller: Dialog): Promise<{ record: CallRecord; legs: Legs }>;
  records(): Promise<readonly CallRecord[]>;
  /** Somewhere else for the sound of a call. */
  sound(): Promise<Sound>;
  dispose(): Promise<void>;
};

export type Conversation = { caller: Dialog; callee: Dialog };

type Settings = Readonly<Record<string, string>>;

export type LaboratoryOptions = FreeswitchChanges & {
  /** Flags of the controller. */
  settings?: Settings;
  accounts?: readonly AccountInput[];
  /** Of the controller's machine. */
  clock?: Clock;
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
  let controller: TestController | null = null;

  async function dispose(): Promise<void> {
    await stopController();
    for (const close of disposers.splice(0)) await close();
    if (process.env['BILLING_TEST_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  }
  async function open<T>(opening: Promise<T>, close: (opened: T) => Promise<void> | void): Promise<T> {
    const opened = await opening;
    disposers.unshift(() => close(opened));
    return opened;
  }
  async function stopController(): Promise<void> {
    await controller?.dispose();
    controller = null;
  }
  async function startAnew(settings: Settings): Promise<void> {
    await stopController();
    const flags = {
      ...{ 'esl.port': String(ports.controllers[0]), 'call.settleMs': '1000', 'call.settleAfterTalkMs': '3000' },
      ...{ 'entry.firstDigitMs': '5000', 'entry.digitMs': '2000' },
      ...options.settings,
      ...settings,
    };
    controller = await startTestController(flags, options.clock);
    await controller.store.importAccounts(options.accounts ?? [account(keyedCode)]);
  }
  function present(): TestController {
    if (controller === null) throw new Error('no controller runs');
    return controller;
  }

  try {
    const controllers = `127.0.0.1:${ports.controllers[0]}`;
    const freeswitch = await open(startFreeswitch(binary, folder, ports, controllers, options), (one) => one.stop());
    const media = portsFrom(ports.phoneMedia);
    const pbx = await open(openPhone(ports.pbx, ports.sip, media), (one) => one.close());
    const carrier = await open(openPhone(ports.carrier, ports.sip, media), (one) => one.close());
    await startAnew({});
    const calls = callsOf(freeswitch, present, pbx, carrier);
    const sound = (): Promise<Sound> => openSound(media);
    return {
      ...calls,
      sound,
      freeswitch,
      folder,
      pbx,
      carrier,
      controller: present,
      startAnew,
      stopController,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Calls = Pick<Laboratory, 'place' | 'converse' | 'calleeOf' | 'legsOf' | 'outcomeOf' | 'records'>;

function callsOf(freeswitch: Freeswitch, controller: () => TestController, pbx: Phone, carrier: Phone): Calls {
  const found = <T>(find: () => T | null | undefined, withinMs?: number): Promise<T> =>
    eventually(() => Promise.resolve(find() ?? null), withinMs);

  async function place(number = usualNumber, how: CallHow = {}): Promise<Dialog> {
    const caller = await pbx.call('9', how);
    const status = await caller.answered();
    if (status !== 200) throw new Error(`FreeSWITCH answered ${status ?? 'nothing'}`);
    // A moment for the prompt to begin.
    await sleep(300);
    await caller.keyByInfo(`${keyedCode}**${number}#`, 10);
    return caller;
  }

  function calleeOf(number: string, before = 0): Promise<Dialog> {
    const isTo = ({ invite }: Dialog): boolean => invite?.uri.startsWith(`sip:${number}@`) === true;
    return found(() => carrier.calls().slice(before).find(isTo), 10_000);
  }

  async function converse(number = usualNumber, how: CallHow = {}): Promise<Conversation> {
    // Conversations side by side are told apart by their numbers.
    const before = carrier.calls().length;
    const caller = await place(number, how);
    const callee = await calleeOf(number, before);
    await found(() => callee.received.find(({ method }) => method === 'ACK'));
    return { caller, callee };
  }

  const legsOf = (caller: Dialog): Promise<Legs> =>
    found(() => legsByCallId(freeswitch.cdrs()).get(caller.callId), 20_000);

  async function outcomeOf(caller: Dialog): ReturnType<Laboratory['outcomeOf']> {
    const legs = await legsOf(caller);
    const record = await eventually(async () => {
      const one = await controller().store.findCallRecord(legs.caller.variables['uuid'] ?? '');
      return one?.endedAtMs == null ? null : one;
    }, 10_000);
    return { record, legs };
  }

  const records = (): Promise<readonly CallRecord[]> => controller().store.listCallRecords({ limit: 10_000 });
  return { place, converse, calleeOf, legsOf, outcomeOf, records };
}
