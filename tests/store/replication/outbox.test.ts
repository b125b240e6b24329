import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutboxEntry, ReplicaStore } from '../../../src/store/ports/replica-store.ts';
import { StoreError } from '../../../src/store/ports/store-error.ts';
import { sendOutbox } from '../../../src/store/replication/outbox.ts';
import { openRecord } from '../records.ts';

type Local = Pick<ReplicaStore, 'readOutbox' | 'settleOutbox'> & {
  waiting: { seq: number; entry: OutboxEntry }[];
  refused: string[];
};

/** What waits, in the order in which it was queued; a call may wait twice. */
function localWith(callIds: readonly string[]): Local {
  const local: Local = {
    waiting: callIds.map((callId, at) => ({
      seq: at + 1,
      entry: { record: openRecord(callId), price: null, country: null },
    })),
    refused: [],
    readOutbox(limit, after = 0) {
      const page = local.waiting.filter(({ seq }) => seq > after).slice(0, limit);
      const byCall = new Map(page.map(({ entry }) => [entry.record.callId, entry]));
      return Promise.resolve({ entries: [...byCall.values()], upTo: page.at(-1)?.seq ?? null });
    },
    settleOutbox(upTo, refused) {
      local.waiting = local.waiting.filter(({ seq }) => seq > upTo);
      local.refused.push(...refused.map(({ callId }) => callId));
      return Promise.resolve();
    },
  };
  return local;
}

type Server = { saved: string[]; saves: number; save: (entries: readonly OutboxEntry[]) => Promise<void> };

/** All of a set or nothing, as one transaction. */
function serverThatRefuses(refuses: (callId: string) => boolean): Server {
  const server: Server = {
    saved: [],
    saves: 0,
    save(entries) {
      server.saves += 1;
      const callIds = entries.map(({ record }) => record.callId);
      if (callIds.some(refuses)) return Promise.reject(new StoreError('invalid', 'CK_Test'));
      server.saved.push(...callIds);
      return Promise.resolve();
    },
  };
  return server;
}

async function send(local: Local, { save }: Server): Promise<string[]> {
  const problems: string[] = [];
  let isOver = false;
  await sendOutbox({
    ...{ local, save, clock: { nowMs: () => 1 }, onProblem: (text) => problems.push(text), isOver: () => isOver },
    pause() {
      isOver = true;
      return Promise.resolve();
    },
  });
  return problems;
}

const named = (count: number): string[] => Array.from({ length: count }, (_, at) => `call-${at}`);

describe('the outbox', () => {
  it('goes in sets, not record by record', async () => {
    const [local, server] = [localWith(named(2500)), serverThatRefuses(() => false)];
    await send(local, server);
    expect(server.saved).toEqual(named(2500));
    expect(server.saves).toBeLessThanOrEqual(5);
    expect(local.waiting).toEqual([]);
  });

  it('finds a refused record of a set in a few tries, and loses none of the others', async () => {
    const [local, server] = [localWith(named(1000)), serverThatRefuses((callId) => callId === 'call-617')];
    const problems = await send(local, server);
    expect(server.saved).toEqual(named(1000).filter((callId) => callId !== 'call-617'));
    expect(local.refused).toEqual(['call-617']);
    expect(problems).toEqual([expect.stringContaining('call-617')]);
    expect(server.saves).toBeLessThan(25);
  });

  it('whatever is refused, sets aside that alone and saves the rest once, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (isRefused) => {
        const callIds = named(isRefused.length);
        const refuses = (callId: string) => isRefused[callIds.indexOf(callId)] === true;
        const [local, server] = [localWith(callIds), serverThatRefuses(refuses)];
        await send(local, server);
        expect(server.saved).toEqual(callIds.filter((callId) => !refuses(callId)));
        expect(local.refused).toEqual(callIds.filter(refuses));
        expect(local.waiting).toEqual([]);
      }),
    );
  });

  it('keeps everything where SQL Server goes away', async () => {
    const local = localWith(named(3));
    const save = () => Promise.reject(new StoreError('unavailable', 'gone'));
    await expect(send(local, { ...serverThatRefuses(() => false), save })).rejects.toThrow('gone');
    expect(local.waiting).toHaveLength(3);
    expect(local.refused).toEqual([]);
  });
});
