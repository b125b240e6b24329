import type { Saved } from '../ports/call-records.ts';
import type { Reservation } from '../ports/ledger.ts';
import type { StoreError } from '../ports/store-error.ts';
import type { FromWriter, ToWriter } from './messages.ts';
import { systemClock } from '../../words/clock.ts';
import { createRegister } from '../../words/short-lived.ts';
import { received } from './performer.ts';
import type { SqlValue } from './records/rows.ts';

/** How long a row that may wait does, for others to share its message to the thread and its transaction. */
const soonMs = 5;

type Waiting = { row: readonly SqlValue[]; reservation: Reservation | null };
type Saves = Extract<ToWriter, { kind: 'save' }>;

/** Numbers rows and sends those of one turn of the event loop together; a row is settled by the writer’s answer. */
export function createSaves(send: (saves: Saves) => void) {
  type Settle = { resolve: (saved: Saved) => void; reject: (error: StoreError) => void };
  const asked = createRegister<number, Settle>();
  let lastId = 0;
  let waiting: Waiting[] = [];
  /** What will send those on: the end of this turn of the event loop, or a timer. */
  let sending: { at: 'end of turn' } | { at: 'soon'; timer: NodeJS.Timeout } | null = null;

  const flush = (): void => {
    if (sending?.at === 'soon') clearTimeout(sending.timer);
    sending = null;
    if (waiting.length === 0) return;
    const saves = savesOf(waiting, lastId - waiting.length + 1);
    waiting = [];
    send(saves);
  };

  const sendOn = (when: 'now' | 'soon'): void => {
    if (when === 'soon') {
      sending ??= { at: 'soon', timer: setTimeout(flush, soonMs) };
    } else if (sending?.at !== 'end of turn') {
      if (sending !== null) clearTimeout(sending.timer);
      sending = { at: 'end of turn' };
      setImmediate(flush);
    }
  };

  return {
    flush,
    save: (row: readonly SqlValue[], when: 'now' | 'soon', reservation: Reservation | null): Promise<Saved> =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { resolve, reject });
        waiting.push({ row, reservation });
        sendOn(when);
      }),
    settle({ first, count, late, failures }: Extract<FromWriter, { kind: 'saved' }>): void {
      for (const failure of failures) {
        asked.take(failure.id)?.reject(received(failure));
      }
      for (const id of late) {
        asked.take(id)?.resolve('call-over');
      }
      for (let id = first; id < first + count; id += 1) {
        asked.take(id)?.resolve('saved');
      }
    },
    rejectAll(error: StoreError): void {
      const settles = asked.takeAll();
      waiting = [];
      for (const { reject } of settles) reject(error);
    },
  };
}

const savesOf = (waiting: readonly Waiting[], first: number): Saves => ({
  ...{ kind: 'save', first, askedMs: systemClock.monotonicMs(), rows: waiting.map(({ row }) => row) },
  reservations: waiting.flatMap(({ reservation }, place) =>
    reservation === null ? [] : [[place, reservation] as const],
  ),
});
