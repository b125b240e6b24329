/** A problem in one line of a file. */
export type LineProblem = { line: number; error: string };

export type Problems = {
  add(line: number, error: string): void;
  /** The first problems, sorted by line. */
  list(): LineProblem[];
  /** The number of all problems. */
  count(): number;
};

/** A file of the wrong kind has a problem in every line: this many are listed, the others only counted. */
const maximumListed = 100;

export function collectProblems(maximum = maximumListed): Problems {
  const named: LineProblem[] = [];
  let count = 0;
  return {
    add(line, error) {
      count += 1;
      if (named.length < maximum) named.push({ line, error });
    },
    list: () => named.toSorted((a, b) => a.line - b.line),
    count: () => count,
  };
}

/** One line `FILE:12: what is wrong` for each, and the number of further ones. */
export function problemLines(file: string, problems: Problems): string[] {
  const lines = problems.list().map(({ line, error }) => `${file}:${line}: ${error}`);
  const more = problems.count() - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** What an import does besides reading rates as they stand. */
export const noteKinds = [
  'not-a-rate',
  'sum',
  'repeated-header',
  'closed',
  'left-out',
  'unpriced',
  'unpriced-out',
  'trunk-zero',
  'unit',
  'cell-unit',
] as const;
export type NoteKind = (typeof noteKinds)[number];

/** The first of a kind, and how many there are. */
export type Noted = { kind: NoteKind; count: number; first: { line: number; text: string }[] };

export type Notes = {
  add(kind: NoteKind, line: number, text: string): void;
  list(): Noted[];
};

const maximumNoted = 3;

export function collectNotes(): Notes {
  const noted = new Map<NoteKind, Noted>();
  return {
    add(kind, line, text) {
      const one = noted.get(kind) ?? { kind, count: 0, first: [] };
      one.count += 1;
      if (one.first.length < maximumNoted) one.first.push({ line, text: text.replace(/\s+/g, ' ').slice(0, 60) });
      noted.set(kind, one);
    },
    list: () => noteKinds.flatMap((kind) => noted.get(kind) ?? []),
  };
}

const noteTexts: Readonly<Record<NoteKind, string>> = {
  'not-a-rate': 'no rate, left out',
  sum: 'a sum of the others, left out',
  'repeated-header': 'the header once more, left out',
  closed: 'closed, so that calls to it are refused',
  'left-out': 'closed, left out',
  unpriced: 'without a price, so that calls to it are refused',
  'unpriced-out': 'without a price, left out',
  'trunk-zero': 'read without the zero after the country code',
  unit: 'prices in the unit that their column names',
  'cell-unit': 'prices in the unit that their cell names',
};

/** `no rate, left out: line 2 "Rate notification", line 3 "…", and 4 more` */
export const noteLine = ({ kind, count, first }: Noted): string => {
  const more = count > first.length ? [`and ${count - first.length} more`] : [];
  return `${noteTexts[kind]}: ${[...first.map(({ line, text }) => `line ${line} ${JSON.stringify(text)}`), ...more].join(', ')}`;
};
