/** Part of a text, as a LIKE pattern with `\` as its escape. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
