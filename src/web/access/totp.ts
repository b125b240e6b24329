import { createHmac, randomBytes } from 'node:crypto';
import { isSame } from './secrets.ts';

/** One-time codes by the clock (RFC 6238), in the form that every app knows: HMAC-SHA-1, six digits, 30 seconds. */
const stepMs = 30_000;
const digits = 6;
/** RFC 4226, 4: at least 128 bits, better 160. */
const secretBytes = 20;
/** Clocks of phones are off by so many steps at most (RFC 6238, 5.2). */
const drift = 1;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6, without padding. */
export function base32Of(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

export function bytesOf(base32: string): Buffer {
  const bits = Array.from(base32, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)));
}

export const newTotpSecret = (): string => base32Of(randomBytes(secretBytes));

export const stepAt = (atMs: number): number => Math.floor(atMs / stepMs);

/** The code of these 30 seconds (RFC 4226, 5.3). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

/** A last step so far ahead is of a clock that was wrong, and was set right since: nobody waits until it is reached. */
const fromWrongClock = 3_600_000 / stepMs;

/** The step whose code this is, later than the last one that was used: none is good twice. Null: it is none of now. */
export function stepOf(
  code: string,
  secret: string,
  { atMs, lastStep }: { atMs: number; lastStep: number },
): number | null {
  const now = stepAt(atMs);
  const near = Array.from({ length: 2 * drift + 1 }, (_, at) => now - drift + at);
  // Each is compared: how long it takes says nothing.
  const fitting = near.filter((step) => isSame(totpCode(secret, step), code));
  const last = lastStep > now + fromWrongClock ? 0 : lastStep;
  return fitting.find((step) => step > last) ?? null;
}

/** What an app reads from a picture (github.com/google/google-authenticator/wiki/Key-Uri-Format). */
export function keyUri(secret: string, { issuer, name }: { issuer: string; name: string }): string {
  // A colon would end the issuer.
  const label = [issuer.replaceAll(':', ' '), name].map((part) => encodeURIComponent(part.toWellFormed())).join(':');
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer.replaceAll(':', ' ').toWellFormed())}`;
}
