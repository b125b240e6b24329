import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { controllerProcess, freePorts } from '../../scripts/chaos/controller.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { account, eventually, happens } from '../support/controller.ts';
import { eventBody, readRecording, recordingNames } from './recording.ts';
import { replay, type Command, type Replayed } from './replay.ts';

/** What reaches a controller that subscribes as ours does; the empty name is the end of the socket. */
const received = ['CHANNEL_DATA', 'CHANNEL_EXECUTE_COMPLETE', 'CHANNEL_ANSWER', 'CHANNEL_HANGUP_COMPLETE', ''];
const messages = (name: string): number =>
  readRecording(name).filter(({ dir, text }) => {
    if (dir !== 'freeswitch>controller') return false;
    const event = eventBody(text)?.['Event-Name'];
    return event === undefined ? text.includes('text/disconnect-notice') : received.includes(event);
  }).length + 1;
const maximumMessages = Math.max(...recordingNames.map(messages));

/** What FreeSWITCH's CDRs say of each recorded call; whatever the controller saw of it, this must be its record. */
const expected: Record<string, object> = {
  'answered-caller-hangs-up': { outcome: 'answered', billableMs: 3240, hangupCause: 'NORMAL_CLEARING' },
  'answered-callee-hangs-up': { outcome: 'answered', billableMs: 1000, hangupCause: 'NORMAL_CLEARING' },
  busy: { outcome: 'busy', billableMs: 0, hangupCause: 'USER_BUSY' },
  'no-answer': { outcome: 'no-answer', billableMs: 0, hangupCause: 'NO_ANSWER' },
  'early-media-never-answered': { outcome: 'cancelled', billableMs: 0, answeredAtMs: null },
  'caller-hangs-up-while-ringing': { outcome: 'cancelled', billableMs: 0, hangupCause: 'ORIGINATOR_CANCEL' },
  'caller-hangs-up-while-keying': { outcome: 'abandoned', reason: 'caller-hung-up', billableMs: 0 },
  'no-digits-at-all': { outcome: 'abandoned', reason: 'caller-hung-up', billableMs: 0 },
  'gateway-down': { outcome: 'failed', reason: 'gateway-down', hangupCause: 'INVALID_GATEWAY' },
};

/** Variables that the controller put on the legs before it died. */
function variablesSet({ commands, callId }: Replayed): { caller: object; callee: object; calleeLegId: string | null } {
  const assignments = (text: string, separator: string): [string, string][] =>
    text.split(separator).map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    });
  const prefix = `api uuid_setvar_multi ${callId} `;
  const caller = commands
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap(({ name }) => assignments(name.slice(prefix.length), ';'))
    .filter(([, value]) => value !== '');
  const bridge = commands.find(({ headers }) => headers['execute-app-name'] === 'bridge');
  const callee = /^\{([^}]*)\}/.exec(bridge?.headers['execute-app-arg'] ?? '')?.[1] ?? '';
  const calleeVariables = Object.fromEntries(callee === '' ? [] : assignments(callee, ','));
  return {
    caller: Object.fromEntries(caller),
    callee: calleeVariables,
    calleeLegId: calleeVariables['origination_uuid'] ?? null,
  };
}

/** Writes the call's CDRs as FreeSWITCH would have: with those variables, and the callee's leg named as the controller did. */
function writeCdrs(name: string, session: Replayed, folder: string): void {
  const source = join(import.meta.dirname, 'freeswitch-wire', 'json_cdr', name);
  const set = variablesSet(session);
  for (const file of readdirSync(source)) {
    const text = readFileSync(join(source, file), 'utf8');
    const { variables } = JSON.parse(text) as { variables: Record<string, string> };
    const isCallee = variables['direction'] === 'outbound';
    const legId = variables['uuid'] ?? '';
    const newId = isCallee && set.calleeLegId !== null ? set.calleeLegId : legId;
    const cdr = JSON.parse(text.replaceAll(legId, newId)) as { variables: object };
    Object.assign(cdr.variables, isCallee ? set.callee : set.caller);
    writeFileSync(join(folder, `${newId}.cdr.json`), `${JSON.stringify(cdr, null, 2)}\n`);
  }
}

describe('the recorded calls with the controller killed (kill -9)', () => {
  it.each(Array.from({ length: maximumMessages }, (_, index) => index))(
    'before message %i of FreeSWITCH: each has one record, closed by its CDRs',
    async (deathAt) => {
      const folder = mkdtempSync(join(tmpdir(), 'billing-codes-death-'));
      const cdrs = join(folder, 'cdr');
      mkdirSync(cdrs);
      const [eslPort = 0] = await freePorts(1);
      const process = controllerProcess({
        ...{ name: 'mortal', folder, eslPort, httpPort: -1 },
        flags: { '--cdr-dir': cdrs, '--log-level': 'warn', '--call-settle-ms': '50' },
      });
      try {
        const before = await openLocalStore({ file: join(folder, 'billing-codes.db') });
        await before.addAccount(account('12345'));
        await before.close();
        await process.start();
        let reached = 0;
        let over = 0;
        const takenUp = new Set<string>();
        const running = recordingNames.map((name) => {
          let sent = 0;
          const onMessage = (_index: number, event: string): 'go-on' | 'stop' => {
            if (received.includes(event)) sent += 1;
            if (sent <= deathAt) return 'go-on';
            reached += 1;
            return 'stop';
          };
          const onCommand = (command: Command): void => {
            if (command.name.startsWith('api uuid_setvar_multi ')) takenUp.add(name);
          };
          const session = replay(name, eslPort, { onMessage, onCommand });
          void session.then(() => (over += 1));
          return session;
        });
        // Those that are stopped end with the controller, the others before.
        await happens(() => reached + over >= recordingNames.length, 20_000);
        // One that the controller has not taken up is none of its calls, and the recordings' dialplan does not say so either.
        if (deathAt > 0) await happens(() => takenUp.size === recordingNames.length, 20_000);
        await delay(100);
        await process.kill();
        const sessions = await Promise.all(running);
        expect(reached).toBeGreaterThan(0);

        recordingNames.forEach((name, at) => {
          const session = sessions[at];
          if (session !== undefined) writeCdrs(name, session, cdrs);
        });
        await process.start();
        const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
        try {
          for (const [at, name] of recordingNames.entries()) {
            const callId = sessions[at]?.callId ?? '';
            if (deathAt === 0) {
              // FreeSWITCH had not said which call it is: no controller ever had it.
              expect(await store.findCallRecord(callId)).toBeNull();
              continue;
            }
            const record = await eventually(async () => {
              const found = await store.findCallRecord(callId);
              return found?.endedAtMs == null ? null : found;
            }, 20_000);
            expect({ name, ...record }).toMatchObject({ name, estimated: false, ...expected[name] });
          }
          expect(await store.listCallRecords()).toHaveLength(deathAt === 0 ? 0 : recordingNames.length);
        } finally {
          await store.close();
        }
      } finally {
        await process.kill();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
