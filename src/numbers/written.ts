/** As a caller would key a number that is written with spaces, brackets, full stops and hyphens. */
export const keysOf = (written: string): string => written.replaceAll(/[\s().-]/g, '');
