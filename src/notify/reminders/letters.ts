import { oneLine } from '../../words/clean-text.ts';
import type { Letter } from '../letter.ts';
import type { PlannedMail, WaitingCall } from './plan.ts';

export type Writing = {
  /** Date and time as the site writes them. */
  readonly moment: (atMs: number) => string;
  /** Where the phone's calls are assigned. */
  readonly link: (mail: Extract<PlannedMail, { kind: 'reminder' }>) => string;
  /** Where somebody who is signed in assigns a call. */
  readonly callLink: (callId: string) => string;
};

/** A mail with more is not read. */
const mostLines = 50;

const counted = (calls: readonly unknown[]): string => (calls.length === 1 ? '1 call' : `${calls.length} calls`);

const lasted = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const lines = (calls: readonly WaitingCall[], lineOf: (call: WaitingCall) => string): string => {
  const more = calls.length - mostLines;
  const shown = calls.slice(0, mostLines).map((call) => `  ${lineOf(call)}\n`);
  return `${shown.join('')}${more > 0 ? `  and ${more} more\n` : ''}`;
};

/** A reminder, or what a department is told once the deadline is over. */
export function reminderLetter(mail: PlannedMail, { moment, link, callLink }: Writing): Letter {
  const about = ({ startedAtMs, billableMs, calledE164, keyedNumber }: WaitingCall): string =>
    `${moment(startedAtMs)}  ${oneLine(calledE164 ?? keyedNumber, 40)}  ${lasted(billableMs)}`;
  const { calls } = mail;
  if (mail.kind === 'escalation') {
    const whose = mail.department === null ? 'phones without a department' : oneLine(mail.department, 100);
    return {
      subject: `${counted(calls)} without a billing code, not assigned in time: ${whose}`,
      text: `Nobody pays for these calls yet, and their callers did not say in time whose they are. Please have them assigned:

${lines(calls, (call) => `extension ${oneLine(call.extension, 40)}  ${about(call)}  ${callLink(call.callId)}`)}`,
    };
  }
  const extension = oneLine(mail.extension, 40);
  return {
    subject: `${mail.isLast ? 'Last reminder: ' : ''}whose ${calls.length === 1 ? 'call was this' : 'calls were these'}? Extension ${extension}`,
    text: `${counted(calls)} of extension ${extension} went out without a billing code, and nobody pays for ${calls.length === 1 ? 'it' : 'them'} yet:

${lines(calls, about)}
Say whose ${calls.length === 1 ? 'it was' : 'they were'} by ${moment(mail.untilMs)}:

  ${link(mail)}

Whoever has this link can do so for this extension: please do not pass it on. After that, the department is told.
`,
  };
}
