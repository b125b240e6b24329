import type { Saved } from '../ports/call-records.ts';
import type { StoreError } from '../ports/store-error.ts';
import type { FromWriter } from './messages.ts';
import { received } from './performer.ts';
import type { SqlValue } from './records/rows.ts';

/** How long a row that may wait does, for others to share its message to the thread and its transaction. */
const soonMs = 5;

/** Numbers rows and sends those of one turn of the event loop together; a row is settled by the writer’s answer. */
export function createSaves(send: (first: number, rows: readonly (readonly SqlValue[])[]) => void) {
  type Settle = { resolve: (saved: Saved) => void; reject: (error: StoreError) => void };
  const asked = new Map<number, Settle>();
  let lastId = 0;
  let waiting: (readonly SqlValue[])[] = [];
  /** What will send those on: the end of this turn of the event loop, or a timer. */
  let sending: { at: 'end of turn' } | { at: 'soon'; timer: NodeJS.Timeout } | null = null;

  const flush = (): void => {
    if (sending?.at === 'soon') clearTimeout(sending.timer);
    sending = null;
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    send(lastId - rows.length + 1, rows);
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
    save: (row: readonly SqlValue[], when: 'now' | 'soon'): Promise<Saved> =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { resolve, reject });
        waiting.push(row);
        sendOn(when);
      }),
    settle({ first, count, late, failures }: Extract<FromWriter, { kind: 'saved' }>): void {
      for (const failure of failures) {
        asked.get(failure.id)?.reject(received(failure));
        asked.delete(failure.id);
      }
      for (const id of late) {
        asked.get(id)?.resolve('call-over');
        asked.delete(id);
      }
      for (let id = first; id < first + count; id += 1) {
        asked.get(id)?.resolve('saved');
        asked.delete(id);
      }
    },
    rejectAll(error: StoreError): void {
      const settles = [...asked.values()];
      asked.clear();
      waiting = [];
      for (const { reject } of settles) reject(error);
    },
  };
}
