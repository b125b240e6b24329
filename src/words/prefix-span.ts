/** Prefixes in text order: those from `from` on and before `until`; null: all that follow. */
export type PrefixSpan = { from: string; until: string | null };
