import { closers, fieldsNotInCdr, materialFields, type CallRecord } from '../words/call-record.ts';

/** A kind of knowledge about the end of a call: who closed it, and whether its billable time is a guess. */
type Known = Pick<CallRecord, 'closedBy' | 'estimated' | 'endedAtMs'>;

/** What a record says of the called party. */
type Reached = Pick<CallRecord, 'calleeLegId' | 'answeredAtMs' | 'callType'>;

/**
 * How much is known of the end of a call, 0 the most. What was seen comes before what was guessed; within each, the order of
 * `closers`. What the controller closed by itself when it lost the call comes last, whatever it says.
 */
export function qualityOf({ closedBy, estimated }: Known): number {
  const rank = closers.indexOf(closedBy ?? 'controller');
  if (closedBy === 'event') return 0;
  return estimated || closedBy === 'controller' ? closers.length + rank : rank;
}

const isGuess = (quality: number): boolean => quality >= closers.length;

/**
 * Whether what is to be saved takes the place of what is stored.
 *
 * - An open record gives way to anything.
 * - One that an event closed never changes: the call is over and its end was seen.
 * - That of a conversation never gives way to one of another leg, and that of an emergency call that was placed only to another
 *   emergency call or a conversation: the id has come again after it.
 * - Any other closed record gives way to better knowledge, a guess also to a guess of a later moment, and to an open record of the
 *   same call: a call that was given up for lost and taken up again by a controller is not over.
 */
export function supersedes(incoming: Known & Reached, stored: Known & Reached): boolean {
  if (stored.endedAtMs === null) return true;
  if (stored.closedBy === 'event' || isOfAnotherCall(incoming, stored)) return false;
  if (incoming.endedAtMs === null) return true;
  const [offered, known] = [qualityOf(incoming), qualityOf(stored)];
  // Two controllers that had the call one after the other: the later one lost it later.
  return offered < known || (offered === known && isGuess(known) && incoming.endedAtMs > stored.endedAtMs);
}

function isOfAnotherCall(incoming: Reached, stored: Reached): boolean {
  if (stored.calleeLegId === null || incoming.calleeLegId === stored.calleeLegId) return false;
  // FreeSWITCH's CDR of a conversation may not name its leg.
  if (stored.answeredAtMs !== null) return incoming.calleeLegId !== null || incoming.answeredAtMs === null;
  return stored.callType === 'emergency' && incoming.callType !== 'emergency' && incoming.answeredAtMs === null;
}

/** Answer and end are rounded down apart from the billable time: the difference of the two may be this much less. */
const roundingMs = 1;

/**
 * The record with times that can be, whoever closed it: it ends no earlier than it was answered, and bills nothing that was not
 * answered, nothing negative, and no more than lies between answer and end. An end before the answer is of another clock than
 * the answer: the billable time tells when it was on the same one.
 */
export function withSoundTimes(record: CallRecord): CallRecord {
  const { answeredAtMs } = record;
  const billed = Math.max(0, Math.floor(record.billableMs));
  if (answeredAtMs === null || record.endedAtMs === null)
    return record.billableMs === 0 ? record : { ...record, billableMs: 0 };
  const endedAtMs = record.endedAtMs < answeredAtMs ? answeredAtMs + billed : record.endedAtMs;
  const billableMs = Math.min(billed, endedAtMs - answeredAtMs + roundingMs);
  if (endedAtMs === record.endedAtMs && billableMs === record.billableMs) return record;
  return { ...record, endedAtMs, billableMs };
}

/** A record that was rebuilt from FreeSWITCH's CDR, with what another one of the same attempt says besides. */
export function withOpening(rebuilt: CallRecord, other: CallRecord): CallRecord {
  if (rebuilt.calleeLegId === null || rebuilt.calleeLegId !== other.calleeLegId) return rebuilt;
  const missing = fieldsNotInCdr.filter((field) => rebuilt[field] === null || rebuilt[field] === '');
  return { ...rebuilt, ...Object.fromEntries(missing.map((field) => [field, other[field]])) };
}

/** Fields in which two versions of a record differ so that a bill or a report would; the rest is about who said so. */
export function differences(before: CallRecord, after: CallRecord): (keyof CallRecord)[] {
  return materialFields.filter((field) => before[field] !== after[field]);
}
