import type { Database } from 'better-sqlite3';

/** Words as numbers from 1 on; 0 stands for no word. */
export type Words = {
  idOf: (word: string | null) => number;
  wordOf: (id: number) => string | null;
};

/** Numbers of words that the table has none for yet, good for one query: no table gets that long. */
const firstPassing = 2 ** 40;

/** Reads the table of words once, and what was added to it before each query. */
export function readWords(db: Database): () => Words {
  const added = db.prepare<[number], { id: number; word: string }>('SELECT id, word FROM report_words WHERE id > ?');
  const words = new Map<number, string>();
  const ids = new Map<string, number>();
  let last = 0;
  return () => {
    for (const { id, word } of added.iterate(last)) {
      words.set(id, word);
      ids.set(word, id);
      last = Math.max(last, id);
    }
    const passing: string[] = [];
    const passingIds = new Map<string, number>();
    return {
      idOf(word) {
        if (word === null) return 0;
        const known = ids.get(word) ?? passingIds.get(word);
        if (known !== undefined) return known;
        const id = firstPassing + passing.push(word) - 1;
        passingIds.set(word, id);
        return id;
      },
      wordOf: (id) => (id >= firstPassing ? passing[id - firstPassing] : words.get(id)) ?? null,
    };
  };
}

/** For a connection that writes: numbers that stay, each new word in a transaction of its own. */
export function keepWords(db: Database): (word: string | null) => number {
  const byWord = db.prepare<[string], number>('SELECT id FROM report_words WHERE word = ?').pluck();
  const insert = db.prepare('INSERT INTO report_words (word) VALUES (?) ON CONFLICT (word) DO NOTHING');
  const known = new Map<string, number>();
  return (word) => {
    if (word === null) return 0;
    let id = known.get(word) ?? byWord.get(word);
    if (id === undefined) {
      insert.run(word);
      id = byWord.get(word);
    }
    if (id === undefined) throw new Error(`${db.name}: the word just written is not there`);
    known.set(word, id);
    return id;
  };
}
