/** By its byte order mark: spreadsheets save "Unicode text" as UTF-16. */
export function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Whether files in this encoding can be read: `windows-1252`, `shift_jis` … (encoding.spec.whatwg.org). */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}
