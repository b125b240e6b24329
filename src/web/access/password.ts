import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP, "Password Storage Cheat Sheet": argon2id with 19 MiB, two passes, one lane. */
const settings = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

export const shortestPassword = 12;
export const longestPassword = 200;

function derive(password: string, nonce: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { ...settings, message: Buffer.from(password.normalize('NFC'), 'utf8'), nonce },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}

/** `argon2id$NONCE$KEY`, in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const key = await derive(password, nonce);
  return `argon2id$${nonce.toString('base64url')}$${key.toString('base64url')}`;
}

/** Takes as long for somebody who is not known (null): nobody learns from it which names there are. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, nonce = '', key = ''] = (hash ?? `argon2id$${'A'.repeat(22)}$${'A'.repeat(43)}`).split('$');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(password.slice(0, longestPassword), Buffer.from(nonce, 'base64url'));
  return hash !== null && expected.length === found.length && timingSafeEqual(expected, found);
}
