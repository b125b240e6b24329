import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account, eventually } from '../../support/controller.ts';
import type { AccountInput } from '../../../src/words/directory.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import { startFreeswitch, type Freeswitch, type LegCdr } from './freeswitch.ts';
import { checkSite, sitePorts } from './requirements.ts';
import type { Caller } from './caller-scenario.ts';
import { placeCall, placeCalls, startCarrier, type SippRun } from './sipp.ts';

/** FreeSWITCH, a carrier, and callers, in a folder of their own. */
export type Site = {
  freeswitch: Freeswitch;
  folder: string;
  /** Ports of the controllers that FreeSWITCH may be told to use. */
  controllerPorts: readonly [number, number];
  place(caller: Caller): Promise<SippRun>;
  /** Places a call for each of the times, by one SIPp; answers their Call-IDs when all have ended. */
  placeMany(
    caller: Caller,
    waitsMs: readonly number[],
    perSecond: number,
  ): Promise<{ callIds: string[]; output: string }>;
  /** Waits until FreeSWITCH has noticed that nobody listens behind the gateway `3cx`. */
  untilGatewayDown(): Promise<void>;
  /** The two legs of a call by the Call-ID of its caller. */
  legs(sipCallId: string): { caller: LegCdr | null; callee: LegCdr | null };
  /** The same for all calls at once, without those that FreeSWITCH has no caller's leg of. */
  legsByCallId(): Map<string, { caller: LegCdr; callee: LegCdr | null }>;
  /** Waits until no channel is up any more, and answers how many are left after ten seconds. */
  channelsLeft(): Promise<number>;
  dispose(): Promise<void>;
};

/** Rejects with a `MissingRequirement` where something that it needs is missing. */
export async function openSite(): Promise<Site> {
  const { freeswitch: binary, sipp } = await checkSite(process.env);
  const ports = sitePorts(process.env);
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-freeswitch-'));
  const freeswitch = await startFreeswitch(binary, folder, ports, `127.0.0.1:${ports.controllers[0]}`);
  const carrier = startCarrier(sipp, folder, ports.carrier, ports.carrierMedia);
  let mediaPort = ports.callerMedia;
  /** Four for a call; long before they are used up, the first are free again. */
  function reserve(calls: number): number {
    const first = mediaPort;
    mediaPort = first + calls * 4 > ports.callerMedia + 6000 ? ports.callerMedia : first + calls * 4;
    return first;
  }
  return {
    freeswitch,
    folder,
    controllerPorts: ports.controllers,
    place: (caller) => placeCall(sipp, folder, caller, { sipPort: ports.sip, mediaPort: reserve(1) }),
    placeMany: (caller, waitsMs, perSecond) =>
      placeCalls(sipp, folder, caller, {
        ...{ sipPort: ports.sip, mediaPort: reserve(waitsMs.length) },
        ...{ waitsMs, perSecond },
      }),
    untilGatewayDown: () =>
      eventually(
        async () => (/^Status\s+DOWN/m.test(await freeswitch.api('sofia status gateway 3cx')) ? undefined : null),
        30_000,
      ),
    legs: (sipCallId) => legsByCallId(freeswitch.cdrs()).get(sipCallId) ?? { caller: null, callee: null },
    legsByCallId: () => legsByCallId(freeswitch.cdrs()),
    channelsLeft: () => freeswitch.channelsLeft(),
    async dispose() {
      await carrier.stop();
      await freeswitch.stop();
      if (process.env['BILLING_TEST_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Legs = { caller: LegCdr; callee: LegCdr | null };

/** The two legs of each call by the Call-ID of its caller. */
export function legsByCallId(cdrs: readonly LegCdr[]): Map<string, Legs> {
  const callees = new Map(
    cdrs
      .filter(({ variables }) => variables['direction'] === 'outbound')
      .map((leg) => [leg.variables['originator'], leg]),
  );
  return new Map(
    cdrs
      .filter(({ variables }) => variables['direction'] === 'inbound')
      .map((caller) => [
        caller.variables['sip_call_id'] ?? '',
        { caller, callee: callees.get(caller.variables['uuid']) ?? null },
      ]),
  );
}

/** The accounts of every case. */
export const siteAccounts: readonly AccountInput[] = [
  account('12345'),
  account('22222', { restriction: { ...unrestricted, blockedPrefixes: ['970'] } }),
  account('33333', { customerNumbers: ['8016424601'] }),
];

/** Settings of a controller that serves the cases, as flags. */
export const siteSettings: Record<string, string> = {
  // One phone keys all the wrong codes.
  ...{ 'guessing.phoneLimit': '0', 'guessing.siteLimit': '0' },
  'call.ringSeconds': '3',
  'call.maxTalkSeconds': '4',
  'entry.firstDigitMs': '1500',
  'entry.digitMs': '1500',
  'routes.premium': 'sofia/gateway/3cx/{number}',
  'routes.toll-free': 'sofia/billing/{number}@127.0.0.1:9',
  'routes.emergency': 'sofia/gateway/nosuch/{number}',
};
