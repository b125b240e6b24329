import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import type { LiveCall } from '../../../src/words/live-call.ts';
import { callRecordOf, type CallRecord } from '../../../src/words/call-record.ts';
import { account } from '../../support/controller.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

/** Two departments with an account, a phone and calls each. */
export type Seeded = Readonly<
  Record<
    'Sales' | 'Legal',
    { departmentId: number; accountId: number; callId: string; extension: string; live: LiveCall }
  >
>;

export const aCall = (callId: string, more: Partial<CallRecord> = {}): CallRecord => {
  const startedAtMs = more.startedAtMs ?? Date.now() - 60_000;
  return callRecordOf({
    ...{
      callId,
      switchName: 'fs1',
      controller: 'one',
      startedAtMs,
      extension: '201',
      callerName: 'Lobby',
      entry: 'prompted',
    },
    ...{
      code: '',
      keyedNumber: '8016424655',
      calledNumber: '18016424655',
      calledE164: '+18016424655',
      callType: 'national',
    },
    ...{
      outcome: 'answered',
      decidedAtMs: startedAtMs + 4_000,
      bridgedAtMs: startedAtMs + 4_000,
      answeredAtMs: startedAtMs + 8_000,
    },
    ...{ endedAtMs: startedAtMs + 40_000, billableMs: 32_000, closedBy: 'event', hangupCause: 'NORMAL_CLEARING' },
    ...more,
  });
};

export async function seed(store: LocalStore): Promise<Seeded> {
  const seeded: Record<string, Seeded['Sales']> = {};
  for (const [at, name] of ['Sales', 'Legal'].entries()) {
    const code = `1234${at}`;
    const extension = `20${at + 1}`;
    const added = await store.addAccount(
      account(code, { name: `${name} account`, department: name, client: `${name} client` }),
    );
    await store.addExtension({ number: extension, name: `${name} phone`, department: name });
    const { id: accountId, departmentId } = added;
    const about = { accountId, accountName: added.name, departmentId, code, extension };
    const callId = `call-${name}`;
    await store.save(aCall(callId, about));
    const live: LiveCall = {
      ...{
        callId: `live-${name}`,
        controller: 'one',
        extension,
        callerName: '',
        accountId,
        accountName: added.name,
        departmentId,
      },
      ...{
        keyedNumber: '8016424655',
        calledE164: '+18016424655',
        callType: 'national',
        callingNumber: null,
        startedAtMs: Date.now() - 9_000,
      },
      ...{ phase: 'talking', answeredSinceMs: Date.now() - 5_000 },
    };
    seeded[name] = { departmentId: departmentId ?? 0, accountId, callId, extension, live };
  }
  return seeded as Seeded;
}

/** A console with both departments, each with a call that is up. */
export async function startSeededConsole(): Promise<{ console: TestConsole; seeded: Seeded }> {
  const console = await startTestConsole();
  const seeded = await seed(console.store);
  console.live.push(seeded.Sales.live, seeded.Legal.live);
  return { console, seeded };
}
