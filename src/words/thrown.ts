/**
 * The `code` of an error, empty if it has none. Read as a property and not by class, because an error may come from another realm
 * or thread, where `instanceof` fails.
 */
export function errorCodeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}

/** `message` of an error, or whatever was thrown as text. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage && typeof error.message === 'string' ? error.message : String(error);
}
