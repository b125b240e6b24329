/** What is wrong with a file, line by line. */
export type LineProblem = { line: number; error: string };

export type Problems = {
  add(line: number, error: string): void;
  /** The first ones, sorted by line. */
  list(): LineProblem[];
  /** All of them. */
  count(): number;
};

/** A file of another kind is wrong in every line: so many are named, the others only counted. */
const maximumNamed = 100;

export function collectProblems(most = maximumNamed): Problems {
  const named: LineProblem[] = [];
  let count = 0;
  return {
    add(line, error) {
      count += 1;
      if (named.length < most) named.push({ line, error });
    },
    list: () => named.toSorted((a, b) => a.line - b.line),
    count: () => count,
  };
}

/** `FILE:12: what is wrong`, a line each, and how many more there are. */
export function problemLines(file: string, problems: Problems): string[] {
  const lines = problems.list().map(({ line, error }) => `${file}:${line}: ${error}`);
  const more = problems.count() - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
