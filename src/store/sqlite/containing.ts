/** Longer than any text that is looked into, as the columns of SQL Server have it. SQLite takes patterns of up to 50,000 bytes (SQLITE_MAX_LIKE_PATTERN_LENGTH). */
const longest = 400;

/** Part of a text, as a LIKE pattern with `\` as its escape; of a very long one the beginning, which is in no shorter text. */
export const containing = (text: string): string => `%${text.slice(0, longest).replace(/[\\%_]/g, '\\$&')}%`;
