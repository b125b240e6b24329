/** A picture of a few sums. */
export type Chart = {
  title: string;
  /** In order of time, as columns, or by size, as bars. */
  kind: 'columns' | 'bars';
  /** `shown`: the value as text. */
  bars: readonly { label: string; value: number; shown: string }[];
};

/** What there is no room for is added up in the last. */
export function largest(bars: Chart['bars'], count: number, others: (value: number) => string): Chart['bars'] {
  const sorted = [...bars].sort((a, b) => b.value - a.value);
  if (sorted.length <= count) return sorted;
  const rest = sorted.slice(count - 1);
  const value = rest.reduce((sum, bar) => sum + bar.value, 0);
  return [...sorted.slice(0, count - 1), { label: `${rest.length} others`, value, shown: others(value) }];
}
