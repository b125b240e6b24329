import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, for cookies, links and tokens. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret: whoever reads the store cannot use it. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** What the forms of a browser carry, so that no other page can send them. */
export const formToken = (secret: string): string => createHmac('sha256', secret).update('form').digest('base64url');

export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(hashOf(one)), Buffer.from(hashOf(other))];
  return timingSafeEqual(left, right);
}
