/** FreeSWITCH's own, ours in the example files, and none. */
const known: readonly unknown[] = ['ClueCon', 'CHANGE-ME', ''];

/** Not set, or one that everybody knows. */
export const isKnownToAll = (password: unknown): boolean => typeof password !== 'string' || known.includes(password);
