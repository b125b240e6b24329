/** Beyond the maximum, a sixteenth of it may pile up: of a small one nothing. */
const slackOf = (maximum: number): number => Math.floor(maximum / 16);

/**
 * Keeps it as the latest one; beyond `maximum`, those that were kept longest ago go. Many at once where there are many: what was removed from
 * the front of a map is passed over again by whoever looks for its first key (V8's OrderedHashTable), and with one at a time 100,000 keys took
 * half a millisecond each.
 */
export function keepLatest<Key, Value>(all: Map<Key, Value>, key: Key, value: Value, maximum: number): void {
  all.delete(key);
  all.set(key, value);
  if (all.size <= maximum + slackOf(maximum)) return;
  for (const oldest of all.keys()) {
    if (all.size <= maximum) return;
    all.delete(oldest);
  }
}

/** The last `maximum` different keys, in the order in which each came last; null is none. */
export function lastOf<Key>(keys: readonly (Key | null)[], maximum: number): Key[] {
  const last = new Set<Key>();
  for (let at = keys.length - 1; at >= 0 && last.size < maximum; at -= 1) {
    const key = keys[at] ?? null;
    if (key !== null) last.add(key);
  }
  return [...last].reverse();
}
