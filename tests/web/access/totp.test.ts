import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countOf, hashesOf, newRecoveryCodes, without } from '../../../src/web/access/recovery-codes.ts';
import { base32Of, bytesOf, keyUri, newTotpSecret, stepAt, stepOf, totpCode } from '../../../src/web/access/totp.ts';

const secret = base32Of(Buffer.from('12345678901234567890'));

describe('a code by the clock', () => {
  // RFC 6238, appendix B, the last six digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %d seconds is %s', (seconds, code) => {
    expect(totpCode(secret, stepAt(seconds * 1000))).toBe(code);
  });

  it('is good for its step and one to either side, and for none twice', () => {
    const atMs = 1_234_567_890_000;
    const now = stepAt(atMs);
    const good = (step: number, lastStep = 0): number | null =>
      stepOf(totpCode(secret, step), secret, { atMs, lastStep });
    expect([-2, -1, 0, 1, 2].map((by) => good(now + by))).toEqual([null, now - 1, now, now + 1, null]);
    expect([-1, 0, 1].map((by) => good(now + by, now))).toEqual([null, null, now + 1]);
  });

  it('goes on after the clock was set back from next year', () => {
    const atMs = 1_234_567_890_000;
    const code = totpCode(secret, stepAt(atMs));
    expect(stepOf(code, secret, { atMs, lastStep: stepAt(atMs) + 1_000_000 })).toBe(stepAt(atMs));
    expect(stepOf(code, secret, { atMs, lastStep: stepAt(atMs) + 2 })).toBeNull();
  });

  it.each(['', '0', '12345', '1234567', 'abcdef', '２８７０８２', '-87082'])('is not %j', (code) => {
    expect(stepOf(code, secret, { atMs: 59_000, lastStep: 0 })).toBeNull();
  });

  it('has a secret of 160 bits, another one each time', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const one of secrets) expect([one.length, bytesOf(one).length]).toEqual([32, 20]);
  });

  it('reads what base 32 wrote', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 5, maxLength: 40 }).filter(({ length }) => length % 5 === 0),
        (bytes) => {
          expect([...bytesOf(base32Of(bytes))]).toEqual([...bytes]);
        },
      ),
    );
  });

  it('is given to an app with names as text', () => {
    const uri = new URL(keyUri(secret, { issuer: 'Smith: & Co?', name: 'anna/"x"&secret=AAAA' }));
    expect(decodeURIComponent(uri.pathname)).toContain('Smith  & Co?:anna/"x"&secret=AAAA');
    expect([uri.searchParams.getAll('secret'), uri.searchParams.get('issuer')]).toEqual([[secret], 'Smith  & Co?']);
  });
});

describe('recovery codes', () => {
  it('are ten of 80 bits, each good once, however it is written', () => {
    const codes = newRecoveryCodes();
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/);
    const hashes = hashesOf(codes, secret);
    for (const code of codes) expect(hashes).not.toContain(code);
    const [first = '', second = ''] = codes;
    const left = without(` ${first.toUpperCase().replaceAll('-', ' ')}`, hashes, secret) ?? '';
    expect([countOf(hashes), countOf(left)]).toEqual([10, 9]);
    expect(without(first, left, secret)).toBeNull();
    expect(countOf(without(second.replaceAll('o', '0').replaceAll('i', '1'), left, secret) ?? '')).toBe(8);
  });

  it('are of one secret alone, and an empty one is none', () => {
    const codes = newRecoveryCodes();
    expect(without(codes[0] ?? '', hashesOf(codes, secret), newTotpSecret())).toBeNull();
    for (const code of ['', ' ', '-']) {
      expect(without(code, hashesOf(codes, secret), secret)).toBeNull();
      expect(without(code, '', secret)).toBeNull();
    }
  });
});
