import { createTransport } from 'nodemailer';
import type { Result } from '../words/result.ts';
import { errorCodeOf, messageOf } from '../words/thrown.ts';

export type Mail = {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  url: string;
  from: string;
};

export type Message = {
  /** One recipient, so that one that is refused holds up no other, and no other gets it again. */
  to: string;
  /** Shown as its recipients; default: `to`. */
  shownTo?: readonly string[];
  subject: string;
  text: string;
  /** Without brackets. The same for each try, by which a reader's mailbox knows what it has. */
  messageId?: string;
  attachments?: { filename: string; path: string }[];
};

/** A mail server that hangs must not hold up whatever comes after. */
export type MailPatience = { connectionTimeout: number; greetingTimeout: number; socketTimeout: number };
const patient: MailPatience = { connectionTimeout: 30_000, greetingTimeout: 30_000, socketTimeout: 120_000 };

const serviceNotAvailable = 421;

/** The server answered, and does not take this message for this recipient; others it may (RFC 5321, 4.2). */
function isRefusal(error: unknown): boolean {
  const hasAnswer = typeof error === 'object' && error !== null && 'responseCode' in error;
  if (!hasAnswer || error.responseCode === serviceNotAvailable) return false;
  return ['EENVELOPE', 'EMESSAGE'].includes(errorCodeOf(error));
}

/** Sends one e-mail. A refusal is answered in one line; rejects with one line where the server cannot be used at all. */
export async function sendMail(
  { url, from }: Mail,
  { to, shownTo = [to], messageId, ...message }: Message,
  patience: MailPatience = patient,
): Promise<Result<null>> {
  const transport = createTransport({ url, ...patience });
  try {
    await transport.sendMail({
      ...{ from, to: [...shownTo], envelope: { from, to }, ...message },
      ...(messageId === undefined ? {} : { messageId: `<${messageId}>` }),
    });
    return { ok: true, value: null };
  } catch (error) {
    const problem = `the mail server did not accept it: ${messageOf(error)}`;
    if (isRefusal(error)) return { ok: false, problem };
    throw new Error(problem, { cause: error });
  } finally {
    transport.close();
  }
}
