/** Keeps it as the latest one; beyond `maximum`, the one that was kept longest ago goes. */
export function keepLatest<Key, Value>(all: Map<Key, Value>, key: Key, value: Value, maximum: number): void {
  all.delete(key);
  all.set(key, value);
  // A map from whose front much was removed takes long to find its first key: it is asked only where one has to go.
  if (all.size <= maximum) return;
  const [oldest] = all.keys();
  if (oldest !== undefined) all.delete(oldest);
}
