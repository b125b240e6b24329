import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallRecord } from '../../src/words/call-record.ts';
import { createRecorder, type CallRecorder } from '../../src/records/recorder.ts';
import type { Heartbeat } from '../../src/store/ports/recovery-store.ts';
import { systemClock } from '../../src/words/clock.ts';
import { StoreError } from '../../src/store/ports/store-error.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';
import { underLoad } from '../support/load.ts';
import { closedRecord, openRecord } from '../store/records.ts';

type Store = Parameters<typeof createRecorder>[0];
type Saying = { state: string; waiting: number; error?: string };

/** A store that does with each save what `behave` says, and carries them out in order, as every store does. */
function storeThat(behave: () => 'saves' | 'throws' | 'hangs' | 'has-closed'): Store & {
  saves: CallRecord[];
  stored: Map<string, CallRecord>;
  heartbeats: number;
} {
  const saves: CallRecord[] = [];
  const stored = new Map<string, CallRecord>();
  const store = {
    ...{ saves, stored, heartbeats: 0 },
    save(record: CallRecord) {
      saves.push(record);
      switch (behave()) {
        case 'saves':
          stored.set(record.callId, record);
          return Promise.resolve('saved' as const);
        case 'has-closed':
          return Promise.resolve('call-over' as const);
        case 'throws':
          return Promise.reject(new StoreError('full', 'no space'));
        case 'hangs':
          return new Promise<never>(() => undefined);
      }
    },
    saveHeartbeats() {
      store.heartbeats += 1;
      return behave() === 'hangs' ? new Promise<void>(() => undefined) : Promise.resolve();
    },
  };
  return store;
}

/** Time as fast as the timers are asked for. */
function fastClock(factor: number): typeof systemClock {
  return { ...systemClock, after: (ms, action) => systemClock.after(ms / factor, action) };
}

/** `recorder`: each call id is that of one call. */
function recorderOn(store: Store, clock = fastClock(50)) {
  const said: Saying[] = [];
  const all = createRecorder(store, clock, {
    storing: (state, fields) => said.push({ state, ...fields }),
    unrecorded: ({ callId }, error) => said.push({ state: 'unrecorded', waiting: 0, error: `${callId}: ${error}` }),
  });
  const calls = new Map<string, CallRecorder>();
  const of = ({ callId }: { callId: string }): CallRecorder => {
    const known = calls.get(callId) ?? all.forCall();
    calls.set(callId, known);
    return known;
  };
  const recorder = {
    ...all,
    arrived: (record: CallRecord) => of(record).arrived(record),
    opened: (record: CallRecord) => of(record).opened(record),
    keep: (record: CallRecord) => of(record).keep(record),
    closed: (record: CallRecord) => of(record).closed(record),
    heard: (sign: Heartbeat) => of(sign).heard(sign),
  };
  return { recorder, said };
}

describe('records that are overdue', () => {
  function at() {
    let nowMs = 0;
    const clock = { ...systemClock, monotonicMs: () => nowMs, after: () => () => undefined };
    return { clock, pass: (ms: number) => (nowMs += ms) };
  }

  it('are those that the store leaves without an answer for a second, not those that it is just taking', () => {
    const { clock, pass } = at();
    const { recorder } = recorderOn(
      storeThat(() => 'hangs'),
      clock,
    );
    recorder.keep(openRecord('a'));
    expect([recorder.waiting(), recorder.overdue()]).toEqual([1, 0]);
    pass(900);
    recorder.closed(closedRecord('b'));
    expect([recorder.waiting(), recorder.overdue()]).toEqual([2, 0]);
    pass(101);
    expect(recorder.overdue()).toBe(2);
  });

  it('are those of a store that refuses one, at once', async () => {
    const { recorder } = recorderOn(
      storeThat(() => 'throws'),
      at().clock,
    );
    recorder.keep(openRecord('a'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.overdue()).toBe(1);
  });

  it('are none once the store has answered', async () => {
    const { clock, pass } = at();
    const { recorder } = recorderOn(
      storeThat(() => 'saves'),
      clock,
    );
    recorder.keep(openRecord('a'));
    await new Promise((resolve) => setImmediate(resolve));
    pass(10_000);
    expect([recorder.waiting(), recorder.overdue()]).toEqual([0, 0]);
  });
});

describe('the open record of a call that did not wait for it', () => {
  it('is written once the store works again', async () => {
    let works = false;
    const store = storeThat(() => (works ? 'saves' : 'throws'));
    const { recorder, said } = recorderOn(store);
    recorder.keep(openRecord('a'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(recorder.waiting()).toBe(1);
    works = true;
    expect(await recorder.drain(60_000)).toEqual([]);
    expect(store.stored.get('a')).toEqual(openRecord('a'));
    expect(said.map(({ state }) => state)).toEqual(['failing', 'working']);
  });

  it('never replaces the closed record, whenever the store fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.array(fc.nat(3), { maxLength: 6 }),
        async (fails, gaps) => {
          const turns = [...fails];
          const store = storeThat(() => (turns.shift() === true ? 'throws' : 'saves'));
          const { recorder } = recorderOn(store, fastClock(1_000));
          const pause = (at: number) => new Promise((resolve) => setTimeout(resolve, gaps[at] ?? 0));
          const [open, end] = [openRecord('a'), closedRecord('a')];
          recorder.arrived(openRecord('a', { callerName: 'arriving' }));
          await pause(0);
          recorder.keep(open);
          await pause(1);
          recorder.closed(end);
          expect(await recorder.drain(1_000_000)).toEqual([]);
          expect(store.stored.get('a')).toEqual(end);
          expect(store.saves.lastIndexOf(open)).toBeLessThan(store.saves.indexOf(end));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a store that takes nothing', () => {
  /** Runs what is due when a test says so; `pauses` are those that were asked for. */
  function steppedClock() {
    const timers: { ms: number; action: () => void }[] = [];
    const clock: typeof systemClock = {
      ...systemClock,
      after(ms, action) {
        const timer = { ms, action };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
    };
    const settled = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    };
    /** The pause before the next try, which it ends. */
    async function nextTry(): Promise<number> {
      await settled();
      const [timer] = timers.filter(({ ms }) => ms !== hangMs);
      if (timer === undefined) throw new Error('nothing is to be tried again');
      timers.splice(timers.indexOf(timer), 1);
      timer.action();
      await settled();
      return timer.ms;
    }
    return { clock, nextTry };
  }
  const hangMs = 15_000;

  it('is tried again after longer and longer pauses, up to ten seconds, and from the shortest one after it has worked', async () => {
    let works = false;
    const store = storeThat(() => (works ? 'saves' : 'throws'));
    const { clock, nextTry } = steppedClock();
    const { recorder } = recorderOn(store, clock);
    recorder.closed(closedRecord('a'));
    const pauses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) pauses.push(await nextTry());
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(store.saves).toHaveLength(9);
    // One pause for all that wait.
    recorder.closed(closedRecord('b'));
    works = true;
    await nextTry();
    expect(recorder.waiting()).toBe(0);
    works = false;
    recorder.closed(closedRecord('c'));
    expect(await nextTry()).toBe(250);
  });
});

describe('a store that never answers', () => {
  it('is sent each version once and reported as hanging, and a drain ends at its deadline with what is left', async () => {
    const store = storeThat(() => 'hangs');
    const { recorder, said } = recorderOn(store, fastClock(100));
    for (let i = 0; i < 20; i += 1) {
      recorder.keep(openRecord(`call-${i}`));
      recorder.heard({ callId: `call-${i}`, answeredAtMs: null, heardAtMs: 1 });
      recorder.closed(closedRecord(`call-${i}`));
    }
    for (let i = 0; i < 20; i += 1) {
      recorder.heard({ callId: 'living', answeredAtMs: null, heardAtMs: i });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(store.saves).toHaveLength(40);
    expect(store.heartbeats).toBe(1);
    expect(said).toEqual([{ state: 'failing', waiting: 20, error: 'the disk has not answered for 15 s' }]);
    const begunMs = performance.now();
    const left = await recorder.drain(10_000);
    expect(performance.now() - begunMs).toBeLessThan(1_000);
    expect(left).toEqual(Array.from({ length: 20 }, (_, i) => closedRecord(`call-${i}`)));
    expect(store.saves).toHaveLength(40);
  });
});

describe('a database that another program has locked', () => {
  const { aFile, open } = temporaryStores();

  /** Begins a transaction in another thread, as another program does, and ends it after a while. */
  async function lockFor(file: string, ms: number): Promise<void> {
    const program = `
      const { parentPort, workerData: { file, ms } } = require('node:worker_threads');
      const Database = require('better-sqlite3');
      const db = new Database(file);
      db.exec('BEGIN IMMEDIATE');
      parentPort.postMessage('locked');
      setTimeout(() => { db.exec('COMMIT'); db.close(); }, ms);`;
    const worker = new Worker(program, { eval: true, workerData: { file, ms }, execArgv: [] });
    await new Promise((resolve) => worker.once('message', resolve));
  }

  it.each([23_000])(
    'for %i ms, longer than two saves wait, gets every record, in order, once it is free',
    async (ms) => {
      const file = aFile();
      const store = await open({ file });
      const { recorder, said } = recorderOn(store, systemClock);
      await lockFor(file, ms);
      const begunMs = performance.now();
      const answersAtOnce = (what: () => void): void => {
        const beforeMs = performance.now();
        what();
        expect(performance.now() - beforeMs).toBeLessThan(underLoad(100));
      };
      for (let i = 0; i < 10; i += 1) answersAtOnce(() => recorder.keep(openRecord(`kept-${i}`)));
      for (let i = 0; i < 5; i += 1) answersAtOnce(() => recorder.closed(closedRecord(`kept-${i}`)));
      expect(await recorder.drain(60_000)).toEqual([]);
      expect(performance.now() - begunMs).toBeGreaterThan(ms - 1_000);
      for (let i = 0; i < 10; i += 1) {
        const expected = (i < 5 ? closedRecord : openRecord)(`kept-${i}`);
        expect(await store.findCallRecord(`kept-${i}`)).toEqual(expected);
      }
      expect(said.map(({ state }) => state)).toEqual(['failing', 'working']);
    },
    90_000,
  );
});

describe('a record whose call is over, by its id', () => {
  it('is not opened: the call that wants it is not placed', async () => {
    const { recorder } = recorderOn(storeThat(() => 'has-closed'));
    await expect(recorder.opened(openRecord('a'))).rejects.toThrow('a call with this id is over');
  });

  it('is told of, and tried once more under an id of its own, where the call was placed without waiting for it', async () => {
    const store = storeThat(() => 'has-closed');
    const { recorder, said } = recorderOn(store);
    recorder.keep(openRecord('a'));
    expect(await recorder.drain(1_000)).toEqual([]);
    const unrecorded = expect.objectContaining({ state: 'unrecorded' });
    expect(said).toEqual([unrecorded, unrecorded]);
  });
});

describe('emergency calls with the id of a call that is over', () => {
  const { aFile, open } = temporaryStores();

  it('have a record each, whatever is asked for before the store has answered', async () => {
    const store = await open({ file: aFile() });
    let ids = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(2), { maxLength: 9 }), async (count, turns) => {
        const callId = `again-${(ids += 1)}`;
        await store.save(closedRecord(callId));
        const all = createRecorder(store, systemClock, { storing: () => undefined, unrecorded: () => undefined });
        const legs = Array.from({ length: count }, (_, at) => `${callId}-leg-${at}`);
        const asked = legs.map((calleeLegId) => {
          const emergency = { callType: 'emergency', accountId: null, code: '', calleeLegId } as const;
          const call = all.forCall();
          return [
            () => call.keep(openRecord(callId, emergency)),
            () => call.keep(openRecord(callId, { ...emergency, callerName: 'Better known' })),
            () => call.closed(closedRecord(callId, emergency)),
          ];
        });
        for (const turn of turns) {
          asked[turn]?.shift()?.();
          await new Promise((resolve) => setImmediate(resolve));
        }
        for (const rest of asked) for (const ask of rest) ask();
        expect(await all.drain(10_000)).toEqual([]);
        const records = (await store.listCallRecords({ limit: 1_000_000 })).filter((one) =>
          one.callId.startsWith(callId),
        );
        const closed = records.filter(({ endedAtMs }) => endedAtMs !== null).map(({ calleeLegId }) => calleeLegId);
        expect(records).toHaveLength(1 + count);
        expect(closed.toSorted()).toEqual([closedRecord(callId).calleeLegId, ...legs].toSorted());
      }),
      { numRuns: 60 },
    );
  });
});
