import type { Refuge } from '../records/refuge.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { CallRecord } from '../words/call-record.ts';
import { errorCodeOf, messageOf } from '../words/thrown.ts';

/** A store whose file may be taken away beneath it, or be damaged: then its records go to a refuge. */
export type GuardedStore = {
  store: LocalStore;
  /**
   * Begins a look at the file. What was saved before is safe once the function that is returned says that the file was found in
   * order; until then it is kept.
   */
  beginLook(): () => void;
  /** From now on records are durable in the refuge, too, and so are those saved since the last look that found all in order. */
  toRefuge(): void;
  /** Records that belong there and are not there yet. */
  waiting(): CallRecord[];
};

/** `onDamage`: SQLite says that the file is damaged. */
export function guardStore(store: LocalStore, refuge: Refuge, onDamage: (why: string) => void): GuardedStore {
  const keeping = keepIn(refuge);
  const notice = (error: unknown): void => {
    if (errorCodeOf(error) === 'damaged') onDamage(messageOf(error));
  };
  const noticing = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    answer.catch(notice);
    return answer;
  };

  const guarded: LocalStore = {
    ...store,
    findAccountByCode: (code) => noticing(store.findAccountByCode(code)),
    findAccountById: (id) => noticing(store.findAccountById(id)),
    findExtension: (number) => noticing(store.findExtension(number)),
    rateTableOf: (call) => noticing(store.rateTableOf(call)),
    ratesFor: (tableId, e164) => noticing(store.ratesFor(tableId, e164)),
    isBeginning: (digits) => noticing(store.isBeginning(digits)),
    findCallRecord: (callId) => noticing(store.findCallRecord(callId)),
    async save(record, when, reservation) {
      const saved = await store.save(record, when, reservation).catch((error: unknown) => {
        notice(error);
        // A record that is wrong in itself is wrong there, too.
        if (!keeping.isOn() || ['invalid', 'duplicate'].includes(errorCodeOf(error))) throw error;
        return 'saved' as const;
      });
      if (saved === 'saved') await keeping.saved(record);
      return saved;
    },
  };
  const { beginLook, toRefuge, waiting } = keeping;
  return { store: guarded, beginLook, toRefuge, waiting };
}

type Keeping = {
  [Name in 'beginLook' | 'toRefuge' | 'waiting']: OmitThisParameter<GuardedStore[Name]>;
} & {
  /** Whether records go to the refuge. */
  isOn: () => boolean;
  /** The store has the record; resolves at once, or when the refuge has it, too. */
  saved: (record: CallRecord) => Promise<void>;
};

function keepIn(refuge: Refuge): Keeping {
  /** By call id, the newest version of each: saved since a look began, and before that. */
  let since = new Map<string, CallRecord>();
  let before = new Map<string, CallRecord>();
  let isOn = false;

  const keep = async (record: CallRecord): Promise<void> => {
    since.set(record.callId, record);
    await refuge.keep(record);
    if (since.get(record.callId) === record) since.delete(record.callId);
  };
  const keepAll = (): void => {
    // What fails is kept and tried again with the next look.
    for (const record of since.values()) void keep(record).catch(() => undefined);
  };

  return {
    isOn: () => isOn,
    saved(record) {
      if (isOn) return keep(record);
      since.set(record.callId, record);
      return Promise.resolve();
    },
    beginLook() {
      if (isOn) {
        keepAll();
        return () => undefined;
      }
      const looked = new Map([...before, ...since]);
      before = looked;
      since = new Map();
      return () => {
        if (before === looked) before = new Map();
      };
    },
    toRefuge() {
      if (isOn) return;
      isOn = true;
      since = new Map([...before, ...since]);
      before = new Map();
      keepAll();
    },
    waiting: () => (isOn ? [...since.values()] : []),
  };
}
