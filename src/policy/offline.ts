import type { CallType } from '../words/call-type.ts';

/** What is allowed when the copy of the directory has not been updated for a long time. */
export type OfflinePolicy = {
  policy: 'refuse' | 'allow';
  maxAgeMinutes: number;
  /** Allowed however old the copy is; emergency calls always are, listed or not. */
  alwaysAllowed: readonly CallType[];
};

/** The rule that refuses a call because the copy is too old; null: it is recent enough. `ageMs` null: nothing was ever copied. */
export function offlineRefusal(offline: OfflinePolicy, callType: CallType, ageMs: number | null): string | null {
  if (offline.policy === 'allow' || callType === 'emergency' || offline.alwaysAllowed.includes(callType)) return null;
  if (ageMs === null) return 'offline: the directory was never copied';
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < offline.maxAgeMinutes) return null;
  return `offline: the directory is ${minutes} minutes old, ${offline.maxAgeMinutes} are allowed`;
}
