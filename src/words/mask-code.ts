/** A billing code as it may be shown: enough to recognise it, too little to use it. */
export function maskCode(code: string): string {
  const shown = code.length < 4 ? 0 : code.length === 4 ? 1 : 2;
  return '*'.repeat(code.length - shown) + code.slice(code.length - shown);
}
