import type { Database } from 'better-sqlite3';
import { erasedName } from './emptied.ts';

/** What follows SET where an alert loses what it says. */
export const forgottenAlert = `text = '${erasedName}', fields = '{}'`;

/** Alerts of a call name its numbers, in their text and fields: that there was one, of what kind and when, is all that stays. */
export function prepareForgettingAlerts(db: Database): (callId: string) => void {
  const forget = db.prepare<[string]>(`UPDATE alerts SET ${forgottenAlert} WHERE call_id = ?`);
  return (callId) => void forget.run(callId);
}
