import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createCdrCloser } from '../../src/freeswitch/cdr/closer.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { createRecorder } from '../../src/records/recorder.ts';
import { systemClock as clock } from '../../src/words/clock.ts';
import type { LocalStore } from '../../src/store/sqlite/store.ts';
import { plannedCalls } from './plan.ts';

/** The calls come in, are opened, live and end; `confirm` is told what is durable. Then their CDRs come. */
export async function callsComeAndGo(store: LocalStore, confirm: (what: string) => void): Promise<void> {
  const recorder = createRecorder(store, clock, {
    storing: (state) => confirm(`storing ${state}`),
    unrecorded: ({ callId }) => confirm(`${callId} unrecorded`),
  });
  const calls = plannedCalls();
  for (const { open, closed } of calls) {
    const ofCall = recorder.forCall();
    ofCall.arrived({ ...open, calleeLegId: null, bridgedAtMs: null });
    if (open.bridgedAtMs !== null && closed.outcome === 'answered') {
      await ofCall.opened(open);
      confirm(`opened ${open.callId}`);
      await store.saveHeartbeats([{ callId: open.callId, answeredAtMs: closed.answeredAtMs, heardAtMs: 1 }]);
    }
    ofCall.closed(closed);
    await recorder.drain(5_000);
    confirm(`closed ${open.callId}`);
  }
}

export async function cdrsCome(store: LocalStore): Promise<void> {
  const closer = createCdrCloser({
    ...{ store, clock, controller: 'c1', patienceMs: 50 },
    findAccount: (id) => store.findAccountById(id),
    findPhone: () => Promise.resolve(null),
    unserved: () => undefined,
    served: () => null,
    findCdrs: () => Promise.resolve([]),
  });
  for (const { cdrs } of plannedCalls()) for (const leg of cdrs) await closer.take(leg);
}

/** Sends what waits in the outbox to another place (a file of lines), as often as it takes. */
export async function ship(store: LocalStore, remote: string, confirm: (what: string) => void): Promise<void> {
  for (;;) {
    const { entries, upTo } = await store.readOutbox(2);
    if (upTo === null) return;
    // The line before may break off.
    for (const { record } of entries) appendFileSync(remote, `\n${JSON.stringify(record)}\n`);
    await store.settleOutbox(upTo, []);
    confirm(`settled ${upTo}`);
  }
}

/** What arrived there; each call once, as it was sent last, and a line that breaks off never arrived. */
export function arrivedAt(remote: string): Map<string, CallRecord> {
  const arrived = new Map<string, CallRecord>();
  if (!existsSync(remote)) return arrived;
  for (const line of readFileSync(remote, 'utf8').split('\n')) {
    const record = recordOf(line);
    if (record !== null) arrived.set(record.callId, record);
  }
  return arrived;
}

function recordOf(line: string): CallRecord | null {
  try {
    return JSON.parse(line) as CallRecord;
  } catch {
    return null;
  }
}
