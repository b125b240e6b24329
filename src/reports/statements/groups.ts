import type { Period } from '../period.ts';
import type { Grouping, ReportFilters, ReportSource } from '../report.ts';
import { none } from '../summary.ts';
import type { SubtotalKind } from './layout.ts';
import type { Payer } from './payer.ts';

/** Calls that stand together; `label` null: without a heading. */
export type CallGroup = { label: string | null; filters: ReportFilters };

type Context = { period: Period; source: ReportSource };

const byLabel = (a: CallGroup, b: CallGroup): number => {
  const [first, second] = [a.label ?? '', b.label ?? ''];
  // 9 before 10.
  return first.localeCompare(second, 'en', { numeric: true });
};

/** The groups of a payer's calls, in the order in which they are shown. */
export async function groupsOf(payer: Payer, kind: SubtotalKind, context: Context): Promise<CallGroup[]> {
  const groups: CallGroup[] = [];
  for (const { account, filters } of payer.parts) {
    // The accounts of a client stand apart whatever they are put together by: each is a matter.
    const title = payer.kind === 'client' && account !== null ? matterOf(account) : null;
    const inner = await groupsWithin(filters, kind, context);
    groups.push(...inner.map(({ label, ...group }) => ({ ...group, label: joined(title, label) })));
  }
  return groups;
}

const matterOf = ({ name, matter }: { name: string; matter: string }): string =>
  matter === '' || matter === name ? name : `${matter}  ·  ${name}`;

const joined = (outer: string | null, inner: string | null): string | null =>
  outer === null ? inner : inner === null ? outer : `${outer}  ·  ${inner}`;

const groupedBy = { caller: 'extension', account: 'account', department: 'department' } as const satisfies Record<
  Exclude<SubtotalKind, 'none'>,
  Grouping
>;

async function groupsWithin(
  filters: ReportFilters,
  kind: SubtotalKind,
  { period, source }: Context,
): Promise<CallGroup[]> {
  if (kind === 'none') return [{ label: null, filters }];
  const groups = new Map<string | number | null, CallGroup>();
  for await (const { keys, answered } of source.summarize({ period, groupings: [groupedBy[kind]], filters })) {
    const { key = null, label = null } = keys[0] ?? {};
    if (answered > 0) groups.set(key, groupOf(kind, { key, label }, filters));
  }
  return [...groups.values()].sort(byLabel);
}

function groupOf(
  kind: Exclude<SubtotalKind, 'none'>,
  { key, label }: { key: string | number | null; label: string | null },
  filters: ReportFilters,
): CallGroup {
  const id = typeof key === 'number' ? key : null;
  switch (kind) {
    case 'caller': {
      const extension = String(key ?? '');
      return { label: label === null ? extension : `${extension} ${label}`, filters: { ...filters, extension } };
    }
    case 'account':
      return { label: label ?? none, filters: { ...filters, accountId: id } };
    case 'department':
      return { label: label ?? none, filters: { ...filters, departmentId: id } };
  }
}
