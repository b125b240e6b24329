import { createHash } from 'node:crypto';
import { messageOf } from '../../words/thrown.ts';
import { sendMail, type Mail } from '../mail.ts';
import { reminderLetter, type Writing } from './letters.ts';
import {
  planReminders,
  type Ground,
  type PlannedMail,
  type ReminderKind,
  type RemindedPhone,
  type ToldDepartment,
  type WaitingCall,
} from './plan.ts';

/** Where calls are, and who is told of them. */
export type ReminderSource = {
  /** Those that began since then and wait for an account. */
  waiting(sinceMs: number): Promise<readonly WaitingCall[]>;
  phone(number: string): Promise<RemindedPhone | null>;
  departments(): Promise<readonly ToldDepartment[]>;
};

/** What has been sent, so that nobody is told the same twice. It throws. */
export type ReminderNotes = {
  readonly sent: (callId: string, kind: ReminderKind) => boolean;
  readonly note: (says: PlannedMail['says'], atMs: number) => void;
};

/** What was said and cannot be noted, as on a full disk, by call and kind: it is not said again. */
export type UnnotedReminders = Map<string, { says: PlannedMail['says']; atMs: number }>;

/** Remembers over runs what cannot be noted. Throws where it still cannot: nothing is said then. */
export function rememberingNotes(notes: ReminderNotes, unnoted: UnnotedReminders): ReminderNotes {
  function noteAll(): void {
    for (const [key, { says, atMs }] of unnoted) {
      notes.note(says, atMs);
      unnoted.delete(key);
    }
  }
  noteAll();
  return {
    sent: notes.sent,
    note(says, atMs) {
      unnoted.set(JSON.stringify(says), { says, atMs });
      noteAll();
    },
  };
}

/** What other controllers have sent, where they have the same calls. */
export type SharedReminders = Pick<ReminderNotes, 'sent'> & {
  /** Rejects where another controller sends them now: nothing is sent then. */
  hold: () => Promise<void>;
  note: (says: PlannedMail['says']) => Promise<void>;
};

export type ReminderOptions = Pick<Ground, 'deadlineMs' | 'escalateTo'> & {
  mail: Mail;
  writing: Writing;
  notes: ReminderNotes;
  shared?: SharedReminders | null;
  nowMs: () => number;
  /** Told of what somebody should put right. */
  warn: (line: string) => void;
};

/** What is older when reminders are turned on is left alone. */
const longestLateMs = 31 * 86_400_000;

/** Sends what is to be sent now. Rejects with one line where something is left: what was sent is noted, and not sent again. */
export async function remind(source: ReminderSource, options: ReminderOptions, signal: AbortSignal): Promise<void> {
  const { deadlineMs, escalateTo, notes, shared = null, warn, nowMs } = options;
  const sent: ReminderNotes['sent'] = (...of) => notes.sent(...of) || shared?.sent(...of) === true;
  const calls = await source.waiting(nowMs() - deadlineMs - longestLateMs);
  const numbers = [...new Set(calls.map(({ extension }) => extension))].filter((number) => number !== '');
  const phones: RemindedPhone[] = [];
  for (const number of numbers) {
    const phone = await source.phone(number);
    if (phone !== null) phones.push(phone);
  }
  const departments = await source.departments();
  const ground = { phones, departments, sent, nowMs: nowMs(), deadlineMs, escalateTo };
  const { mails, untold } = planReminders(calls, ground);
  if (untold.length > 0)
    warn(
      `${untold.length} calls without a code are past their deadline, and nobody is told: their departments have no mail address, and reminders.escalateTo is empty`,
    );
  const problems: string[] = [];
  for (const planned of mails) {
    if (signal.aborted) throw new Error('the controller was stopped');
    await shared?.hold();
    problems.push(...(await send(planned, options)));
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
}

/** What went wrong. It counts as sent once one of the addresses has it. */
async function send(
  planned: PlannedMail,
  { mail, writing, notes, shared = null, nowMs }: ReminderOptions,
): Promise<string[]> {
  const letter = reminderLetter(planned, writing);
  const messageId = `${createHash('sha256').update(JSON.stringify(planned.says)).digest('hex')}@billing-codes`;
  const problems: string[] = [];
  for (const to of planned.to) {
    try {
      const sent = await sendMail(mail, { to, shownTo: planned.to, messageId, ...letter });
      if (!sent.ok) problems.push(`${to}: ${sent.problem}`);
    } catch (error) {
      problems.push(`${to}: ${messageOf(error)}`);
    }
  }
  if (problems.length === planned.to.length) return problems;
  notes.note(planned.says, nowMs());
  await shared?.note(planned.says);
  return problems;
}
