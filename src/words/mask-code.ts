/** A billing code as it may be shown: enough to recognise it, too little to use it. */
export function maskCode(code: string): string {
  return code.length <= 2 ? '*'.repeat(code.length) : code.slice(-2).padStart(code.length, '*');
}
