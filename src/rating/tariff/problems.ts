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
