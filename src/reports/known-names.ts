import type { Result } from '../words/result.ts';
import type { RequestProblem } from './problem.ts';
import type { ReportFilters, ReportSource } from './report.ts';

/** Filters whose value is a name, which may be mistyped. */
const namedBy = [
  'account',
  'department',
  'destination',
  'extension',
  'gateway',
  'authorizedBy',
] as const satisfies readonly (keyof ReportFilters)[];
type Named = (typeof namedBy)[number];

/** SQL Server's last date. */
const lastMs = Date.UTC(9999, 11, 31);
/** All of time. */
const ever = { fromMs: 0, untilMs: lastMs };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Where that is found out sooner than by reading all names. */
const isName = (filter: Named, value: string, source: ReportSource): Promise<boolean> =>
  filter === 'account' || filter === 'authorizedBy' ? source.hasAccount(value) : Promise.resolve(false);

async function namesOf(filter: Named, source: ReportSource): Promise<readonly string[]> {
  switch (filter) {
    case 'account':
    case 'authorizedBy':
      return (await source.accounts()).map(({ name }) => name);
    case 'department':
      return (await source.departments()).map(({ name }) => name);
    case 'destination':
    case 'extension':
    case 'gateway':
      return [];
  }
}

/** Whether any call ever had it: an account that was deleted, a phone that nobody listed. */
async function hasCalls(filter: Named, value: string, source: ReportSource): Promise<boolean> {
  const filters: ReportFilters = { [filter]: value };
  for await (const { calls } of source.summarize({ period: ever, groupings: ['outcome'], filters })) {
    if (calls > 0) return true;
  }
  return false;
}

/**
 * A name that nobody has and no call ever had is a mistake of who asks, not a period without calls. Calls are looked through only
 * where the directory does not have the name.
 */
export async function checkNames(filters: ReportFilters, source: ReportSource): Promise<Result<null, RequestProblem>> {
  for (const filter of namedBy) {
    const value = filters[filter];
    if (value === undefined || (await isName(filter, value, source))) continue;
    const names = await namesOf(filter, source);
    if (names.some((name) => same(name, value)) || (await hasCalls(filter, value, source))) continue;
    const near = closest(value, names);
    const [what, key] = filter === 'authorizedBy' ? ['account', 'authorized-by'] : [filter, filter];
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    return {
      ok: false,
      problem: (nameOf) => `${nameOf('filter')} ${key}: there is no ${what} "${value}", and no call ever had it${hint}`,
    };
  }
  return { ok: true, value: null };
}

/** The name that differs least, by a third of its letters at most; null: none does. */
function closest(typed: string, names: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  const most = Math.ceil(wanted.length / 3);
  let best: { name: string; distance: number } | null = null;
  for (const name of names) {
    const known = name.toLowerCase();
    const starts = known.startsWith(wanted) || wanted.startsWith(known);
    // As many letters are missing at the least.
    if (!starts && Math.abs(known.length - wanted.length) > most) continue;
    const distance = starts ? 1 : distanceOf(wanted, known);
    if (distance <= most && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? null;
}

/** Letters to be changed, put in or taken out (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let at = 1; at <= b.length; at++) {
      const change = (before[at - 1] ?? 0) + (a[row - 1] === b[at - 1] ? 0 : 1);
      line.push(Math.min(change, (before[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    before = line;
  }
  return before[b.length] ?? 0;
}
