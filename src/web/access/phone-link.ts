import { createHmac } from 'node:crypto';
import { isSame } from './secrets.ts';

/** Whose calls a link of a reminder opens. Times are UTC milliseconds. */
type LinkedPhone = { extension: string; untilMs: number };

/** `mail`: of the extension. It is part of what is signed: once the phone is somebody else's, links of before are worth nothing. */
type Signing = { key: Uint8Array; mail: string };

const signatureOf = ({ extension, untilMs }: LinkedPhone, { key, mail }: Signing): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['my-calls', extension, untilMs, mail]))
    .digest('base64url');

/** Text for a path. */
export const phoneLink = (phone: LinkedPhone, signing: Signing): string =>
  [Buffer.from(phone.extension).toString('base64url'), phone.untilMs.toString(36), signatureOf(phone, signing)].join(
    '.',
  );

/** What a link says; nobody has looked yet whether it is true. Null: it is none. */
export function readPhoneLink(text: string): (LinkedPhone & { signature: string }) | null {
  const [, name = '', until = '', signature = ''] = /^([\w-]{1,200})\.([0-9a-z]{1,10})\.([\w-]{43})$/.exec(text) ?? [];
  if (signature === '') return null;
  return { extension: Buffer.from(name, 'base64url').toString(), untilMs: Number.parseInt(until, 36), signature };
}

export const isSigned = (
  { signature, ...phone }: NonNullable<ReturnType<typeof readPhoneLink>>,
  signing: Signing,
): boolean => isSame(signature, signatureOf(phone, signing));
