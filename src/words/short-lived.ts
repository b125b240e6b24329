/**
 * What comes and goes with every call. Of a `Map` or `Set` that is added to and deleted from all the time, V8 makes a new table every so
 * often, and the old one keeps pointing to it (src/objects/ordered-hash-table.cc, Rehash: SetNextTable). Once one of them has come into the
 * old generation, which is seldom collected, all that its successors held stays there with them: some tens of KB a call. So their tables
 * hold boxes, which are emptied.
 */
type Box<T> = { content: T | null };

export type Bag<T> = {
  /** Answers what takes it out again: false: it was out. */
  add(item: T): () => boolean;
  size(): number;
  all(): T[];
};

export function createBag<T extends object>(): Bag<T> {
  const boxes = new Set<Box<T>>();
  return {
    add(item) {
      const box: Box<T> = { content: item };
      boxes.add(box);
      return () => {
        box.content = null;
        return boxes.delete(box);
      };
    },
    size: () => boxes.size,
    all: () => [...boxes].flatMap(({ content }) => (content === null ? [] : [content])),
  };
}

/** The same, by keys. */
export type Register<Key, T> = {
  get(key: Key): T | undefined;
  set(key: Key, item: T): void;
  /** What it was; undefined: there was none. */
  take(key: Key): T | undefined;
  /** All that there was. */
  takeAll(): T[];
};

export function createRegister<Key, T extends object>(): Register<Key, T> {
  const boxes = new Map<Key, Box<T>>();
  function take(key: Key): T | undefined {
    const box = boxes.get(key);
    const content = box?.content ?? undefined;
    if (box !== undefined) box.content = null;
    boxes.delete(key);
    return content;
  }
  return {
    get: (key) => boxes.get(key)?.content ?? undefined,
    set(key, item) {
      const box = boxes.get(key);
      if (box === undefined) boxes.set(key, { content: item });
      else box.content = item;
    },
    take,
    takeAll: () => [...boxes.keys()].flatMap((key) => take(key) ?? []),
  };
}
