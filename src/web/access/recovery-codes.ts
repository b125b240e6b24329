import { createHmac, randomBytes } from 'node:crypto';
import { base32Of } from './totp.ts';

/** For who has lost the phone: each is good once, instead of a code of the app. */
const howMany = 10;
/** 80 bits: nobody tries them all, so a fast hash is enough. */
const codeBytes = 10;

export const newRecoveryCodes = (): string[] =>
  Array.from({ length: howMany }, () =>
    (base32Of(randomBytes(codeBytes)).toLowerCase().match(/.{4}/g) ?? []).join('-'),
  );

/** However it is written: nobody mistakes 0 and 1, which are in none. */
const plain = (code: string): string =>
  code
    .toUpperCase()
    .replaceAll('0', 'O')
    .replaceAll('1', 'I')
    .replace(/[^A-Z2-7]/g, '');

/** What is kept of one; it is good with this secret of the app alone. */
const hashOfCode = (code: string, totpSecret: string): string =>
  createHmac('sha256', totpSecret).update(plain(code)).digest('base64url');

export const hashesOf = (codes: readonly string[], totpSecret: string): string =>
  codes.map((code) => hashOfCode(code, totpSecret)).join(' ');

/** How many are left. */
export const countOf = (hashes: string): number => hashes.split(' ').filter((hash) => hash !== '').length;

/** The hashes without that of this code; null: it is none of them. */
export function without(code: string, hashes: string, totpSecret: string): string | null {
  const [used, kept] = [hashOfCode(code, totpSecret), hashes.split(' ')];
  return kept.includes(used) ? kept.filter((hash) => hash !== used).join(' ') : null;
}
