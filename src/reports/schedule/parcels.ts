import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sendMail, type Mail } from '../../notify/mail.ts';
import { messageOf } from '../../words/thrown.ts';
import type { Payer } from '../statements/payer.ts';
import { payerMark } from '../statements/head.ts';
import { isBeginningOf, writeFileWhole, type Content } from '../write.ts';
import { fileModeIn } from './folder.ts';
import type { Parcel } from './recipients.ts';

/** A file of the report, or of one payer's part of it. */
export type Piece = {
  fileName: string;
  /** Subject of the mail, and its text. */
  about: string;
  content: () => Promise<Content>;
};

/** Writes it into the folder, with the rights of the folder. Rejects with one line. */
export async function writeInto(folder: string, { fileName, content }: Piece): Promise<string> {
  const file = join(folder, fileName);
  try {
    const present = await stat(file).catch(() => null);
    // A pipe that nobody reads would be waited for without end.
    if (present !== null && !present.isFile()) throw new Error('there is something else of that name');
    await removeBeginnings(folder, fileName);
    await writeFileWhole(await content(), file, await fileModeIn(folder));
  } catch (error) {
    throw new Error(`cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
  return file;
}

/** What a run that was killed left of it. */
async function removeBeginnings(folder: string, fileName: string): Promise<void> {
  for (const name of await readdir(folder))
    if (isBeginningOf(fileName, name)) await rm(join(folder, name), { force: true });
}

/** `about` whom: the folder itself, or a payer. */
export const filed = (folder: string, piece: Piece, about: Pick<Parcel, 'recipient' | 'name'>): Parcel => ({
  ...{ ...about, sentTo: join(folder, piece.fileName) },
  async send() {
    await writeInto(folder, piece);
    return { ok: true, value: null };
  },
});

export type Mailing = {
  mail: Mail;
  /** Schedule and moment: with the recipient, they name a message. */
  run: string;
  /** Writes a piece where mails can take it from, once. */
  attached: (piece: Piece) => Promise<string>;
};

/** One mail for each address. */
export function mailed(
  addresses: readonly string[],
  piece: Piece,
  { about, mail, run, attached }: Mailing & { about: { key: string; name: string } },
): Parcel[] {
  return addresses.map((address) => {
    const recipient = `${about.key} ${address}`.trim();
    return {
      ...{ recipient, name: about.name === '' ? address : about.name, sentTo: address },
      send: async () =>
        sendMail(mail, {
          ...{ to: address, shownTo: addresses, subject: piece.about, text: `${piece.about}: attached.\n` },
          messageId: messageIdOf(`${run} ${recipient}`, mail),
          attachments: [{ filename: piece.fileName, path: await attached(piece) }],
        }),
    };
  });
}

function messageIdOf(text: string, { from }: Mail): string {
  const [, host = 'billing-codes.invalid'] = /@([A-Za-z0-9.-]+)/.exec(from) ?? [];
  return `${createHash('sha256').update(text).digest('hex').slice(0, 32)}@${host}`;
}

/** A payer to whom nothing can be sent. */
export const withoutAddress = ({ name, kind }: Payer, key: string): Parcel => ({
  ...{ recipient: key, name, sentTo: '' },
  send: () =>
    Promise.resolve({
      ok: false,
      problem: `no e-mail address on file: give its ${kind === 'department' ? 'department' : 'account'} one (--mail)`,
    }),
});

const longestName = 40;

/** `A17-Smith-Co`, for file names. */
export function payerFileName(payer: Payer): string {
  const name = payer.name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  return [payerMark(payer), Array.from(name).slice(0, longestName).join('')].filter((part) => part !== '').join('-');
}
