import type { CallRecord } from '../../words/call-record.ts';

/** A call that went out without a code and that nobody pays for yet. */
export type WaitingCall = Pick<
  CallRecord,
  'callId' | 'extension' | 'startedAtMs' | 'billableMs' | 'calledE164' | 'keyedNumber'
>;

/** What is said of a call, each once. */
export const reminderKinds = ['reminder', 'last-reminder', 'escalation'] as const;
export type ReminderKind = (typeof reminderKinds)[number];

export type RemindedPhone = { number: string; mail: string; departmentId: number | null };
export type ToldDepartment = { id: number; name: string; mail: string };

export type Ground = {
  phones: readonly RemindedPhone[];
  departments: readonly ToldDepartment[];
  sent: (callId: string, kind: ReminderKind) => boolean;
  nowMs: number;
  /** So long after it began, a call is the caller's to assign. */
  deadlineMs: number;
  /** Told of calls whose department has no address. */
  escalateTo: readonly string[];
};

/** One e-mail, to each of these addresses. */
export type PlannedMail = {
  to: readonly string[];
  calls: readonly WaitingCall[];
  /** What it says of which call. */
  says: readonly (readonly [callId: string, kind: ReminderKind])[];
} & (
  | { kind: 'reminder'; extension: string; mail: string; isLast: boolean; untilMs: number }
  /** `department` null: of phones without one, or whose department has no address. */
  | { kind: 'escalation'; department: string | null }
);

/** Reminders are sent once a day: a call that is due before the next is reminded of for the last time. */
const lastMs = 24 * 3_600_000;

export const addressesIn = (mail: string): string[] => mail.split(', ').filter((one) => one !== '');

/** What is to be sent now, and the calls past their deadline of which nobody can be told. */
export function planReminders(
  calls: readonly WaitingCall[],
  ground: Ground,
): { mails: PlannedMail[]; untold: WaitingCall[] } {
  const isOpen = ({ startedAtMs }: WaitingCall): boolean => startedAtMs + ground.deadlineMs > ground.nowMs;
  const late = calls.filter((call) => !isOpen(call) && !ground.sent(call.callId, 'escalation'));
  const byPhone = Map.groupBy(calls.filter(isOpen), ({ extension }) => extension);
  const reminders = ground.phones.flatMap((phone) => reminderOf(phone, byPhone.get(phone.number) ?? [], ground));
  const { mails, untold } = escalationsOf(late, ground);
  return { mails: [...reminders, ...mails], untold };
}

function reminderOf(
  { number, mail }: RemindedPhone,
  calls: readonly WaitingCall[],
  { sent, nowMs, deadlineMs }: Ground,
): PlannedMail[] {
  const to = addressesIn(mail);
  const endsSoon = calls.filter(({ startedAtMs }) => startedAtMs + deadlineMs - nowMs <= lastMs);
  const says = [
    ...calls.map(({ callId }) => [callId, 'reminder'] as const),
    ...endsSoon.map(({ callId }) => [callId, 'last-reminder'] as const),
  ].filter(([callId, kind]) => !sent(callId, kind));
  if (to.length === 0 || says.length === 0) return [];
  const untilMs = Math.max(...calls.map(({ startedAtMs }) => startedAtMs)) + deadlineMs;
  return [{ kind: 'reminder', extension: number, mail, isLast: endsSoon.length > 0, untilMs, to, calls, says }];
}

function escalationsOf(
  late: readonly WaitingCall[],
  { phones, departments, escalateTo }: Ground,
): { mails: PlannedMail[]; untold: WaitingCall[] } {
  const byNumber = new Map(phones.map((phone) => [phone.number, phone]));
  const told = new Map(departments.filter(({ mail }) => mail !== '').map((one) => [one.id, one]));
  const departmentOf = ({ extension }: WaitingCall): ToldDepartment | null =>
    told.get(byNumber.get(extension)?.departmentId ?? -1) ?? null;
  const groups = [...Map.groupBy(late, departmentOf)];
  const isUntold = ([department]: (typeof groups)[number]): boolean => department === null && escalateTo.length === 0;
  return {
    mails: groups
      .filter((group) => !isUntold(group))
      .map(([department, calls]) => ({
        ...{ kind: 'escalation', department: department?.name ?? null, calls },
        to: department === null ? escalateTo : addressesIn(department.mail),
        says: calls.map(({ callId }) => [callId, 'escalation'] as const),
      })),
    untold: groups.filter(isUntold).flatMap(([, calls]) => calls),
  };
}
