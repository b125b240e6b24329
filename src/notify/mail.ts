import { createTransport } from 'nodemailer';
import { messageOf } from '../words/thrown.ts';

export type Mail = {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  url: string;
  from: string;
};

export type Message = {
  to: readonly string[];
  subject: string;
  text: string;
  attachments?: { filename: string; path: string }[];
};

/** A mail server that hangs must not hold up whatever comes after. */
export type MailPatience = { connectionTimeout: number; greetingTimeout: number; socketTimeout: number };
const patient: MailPatience = { connectionTimeout: 30_000, greetingTimeout: 30_000, socketTimeout: 120_000 };

/** Sends one e-mail; rejects with one line where the server does not take it. */
export async function sendMail(
  { url, from }: Mail,
  { to, ...message }: Message,
  patience: MailPatience = patient,
): Promise<void> {
  const transport = createTransport({ url, ...patience });
  try {
    await transport.sendMail({ from, to: [...to], ...message });
  } catch (error) {
    throw new Error(`the mail server did not accept it: ${messageOf(error)}`, { cause: error });
  } finally {
    transport.close();
  }
}
