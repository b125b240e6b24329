import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';

/**
 * What accounts are searched by, one after the other in one piece of memory, in the order of pages: a search for what nobody has looks through
 * 1,000,000 in some milliseconds, the statement in a quarter of a second.
 */
export type NameIndex = {
  /** Who may have this text in name, client or matter; null: not known now. */
  find(text: string, afterId: number | null): Found | null;
  /** Somebody looks at accounts, and will soon look for some. */
  makeReady(): void;
};

/** `ids`: in the order of pages, from behind `afterId` on where that is known; `changed`: have to be looked at, wherever they belong. */
export type Found = { ids: Iterable<number>; changed: readonly number[] };

/** In a text, between fields and between accounts; nobody types one. */
const betweenFields = '\u0001';
const betweenAccounts = '\u0000';

/** Some hundredths of a second: where many pages are asked for, pieces come between them one by one. */
const rowsAtOnce = 20_000;
/** Where so many have changed, it is made anew. */
const mostChanged = 2_000;
/** So many are looked through by the statement as quickly. */
const fewAccounts = 20_000;

type Row = [id: number, name: string, client: string, matter: string];
type Made = { ids: Int32Array; starts: Uint32Array; text: Buffer; seq: number };

/** As LIKE compares: only A to Z have two cases. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export function createNameIndex(db: Database): NameIndex {
  const count = db.prepare<[], number>('SELECT max(rowid) FROM accounts').pluck();
  const lastSeq = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM changed_accounts').pluck();
  const changedSince = db
    .prepare<[number], [number, number]>('SELECT seq, account_id FROM changed_accounts WHERE seq > ? ORDER BY seq')
    .raw();
  let made: Made | null = null;
  let isMaking = false;

  const make = async (): Promise<void> => {
    isMaking = true;
    try {
      const seq = lastSeq.get() ?? 0;
      made = { ...(await readAll(db)), seq };
    } catch {
      // The statement goes on finding them, and says what is wrong.
    } finally {
      isMaking = false;
    }
  };

  /** Accounts that have changed since it was made; null: too many, or nobody knows which. */
  const changed = ({ seq }: Made): ReadonlySet<number> | null => {
    const rows = changedSince.all(seq);
    const [first] = rows;
    if (rows.length > mostChanged || (first !== undefined && first[0] !== seq + 1)) return null;
    return new Set(rows.map(([, id]) => id));
  };

  const makeAnew = (): void => {
    if (!isMaking && (count.get() ?? 0) > fewAccounts) void make();
  };

  return {
    makeReady: () => (made === null ? makeAnew() : undefined),
    find(text, afterId) {
      if (text.includes(betweenFields) || text.includes(betweenAccounts)) return null;
      const dirty = made === null ? null : changed(made);
      if (made === null || dirty === null) {
        makeAnew();
        return null;
      }
      return { ids: idsIn(made, folded(text), { afterId, dirty }), changed: [...dirty] };
    },
  };
}

function* idsIn(
  { ids, starts, text }: Made,
  sought: string,
  { afterId, dirty }: { afterId: number | null; dirty: ReadonlySet<number> },
): Generator<number> {
  const bytes = Buffer.from(sought);
  let place = afterId === null ? 0 : ids.indexOf(afterId) + 1;
  while (place < ids.length) {
    const at = text.indexOf(bytes, starts[place]);
    if (at === -1) return;
    place = placeOf(starts, at);
    const id = ids[place] ?? 0;
    if (!dirty.has(id)) yield id;
    place += 1;
  }
}

/** The last one that starts there or before. */
function placeOf(starts: Uint32Array, at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** In pieces, between which pages are answered. What changes meanwhile is told by `changed_accounts`. */
async function readAll(db: Database): Promise<Omit<Made, 'seq'>> {
  const select = db
    .prepare<{ name: string; id: number; limit: number }, Row>(
      `SELECT id, name, client, matter FROM accounts
WHERE name COLLATE NOCASE >= @name AND (name COLLATE NOCASE > @name OR id > @id)
ORDER BY name COLLATE NOCASE, id LIMIT @limit`,
    )
    .raw();
  const [ids, starts, pieces]: [number[], number[], Buffer[]] = [[], [], []];
  let length = 0;
  let last = { name: '', id: 0 };
  for (;;) {
    const rows = select.all({ ...last, limit: rowsAtOnce });
    let piece = '';
    for (const [id, ...texts] of rows) {
      const one = `${folded(texts.join(betweenFields))}${betweenAccounts}`;
      ids.push(id);
      starts.push(length);
      length += Buffer.byteLength(one);
      piece += one;
    }
    pieces.push(Buffer.from(piece));
    const [id, name] = rows.at(-1) ?? [];
    if (id === undefined || name === undefined || rows.length < rowsAtOnce) break;
    last = { name, id };
    await nextTurn();
  }
  return { ids: Int32Array.from(ids), starts: Uint32Array.from(starts), text: Buffer.concat(pieces) };
}
