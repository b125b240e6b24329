import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditCodes } from '../../../src/policy/codes/audit.ts';
import { generateCode } from '../../../src/policy/codes/generate.ts';
import { lengthFor } from '../../../src/policy/codes/length.ts';
import { nearEachOther } from '../../../src/policy/codes/near-each-other.ts';
import { neighbourhood } from '../../../src/policy/codes/neighbourhood.ts';
import { weaknessesOf } from '../../../src/policy/codes/weakness.ts';
import { isNear } from '../../../src/policy/guessing/near.ts';

const weak = (code: string) =>
  weaknessesOf(code, { minimumLength: 6, isExtension: (digits) => ['201', '204817'].includes(digits) });
/** Of few digits and lengths, so that many are near each other. */
const someCodes = fc.uniqueArray(fc.stringMatching(/^[0-3]{3,5}$/), { maxLength: 40 });

describe('a weak code', () => {
  it.each([
    ['1234', ['short', 'sequence']],
    ['234567', ['sequence']],
    ['987654', ['sequence']],
    ['890123', ['sequence']],
    ['024680', ['sequence']],
    ['123457', ['sequence']],
    ['111111', ['sequence', 'repeats']],
    ['121212', ['repeats']],
    ['481481', ['repeats']],
    ['774447', ['repeats']],
    ['481184', ['repeats']],
    ['147258', ['well-known']],
    ['311299', ['date-like']],
    ['123199', ['date-like']],
    ['993112', ['date-like']],
    ['041987', ['date-like']],
    ['31121999', ['date-like']],
    ['19991231', ['date-like']],
    ['1987', ['short', 'date-like']],
    ['000201', ['extension']],
    ['204817', ['extension']],
  ])('%s is named: %j', (code, expected) => {
    expect(weak(code)).toEqual(expect.arrayContaining(expected));
  });

  it.each(['482917', '7305926', '91847265', '60372958'])('is not one such as %s', (code) => {
    expect(weak(code)).toEqual([]);
  });
});

describe('codes that are near each other', () => {
  it('are those that one slip makes of each other, all of them and no others', () => {
    fc.assert(
      fc.property(someCodes, (codes) => {
        const near = nearEachOther(codes);
        codes.forEach((code, at) => {
          const expected = codes.some((other, place) => place !== at && isNear(code, other));
          expect(near[at] !== -1).toBe(expected);
          if (near[at] !== -1) expect(isNear(code, codes[near[at] ?? -1] ?? '')).toBe(true);
        });
      }),
    );
  });

  it('are what a neighbourhood lists', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{2,8}$/), fc.stringMatching(/^[0-9]{2,8}$/), (code, other) => {
        expect(neighbourhood(code).includes(other)).toBe(isNear(code, other));
        for (const near of neighbourhood(code)) expect(isNear(code, near)).toBe(true);
      }),
    );
  });

  it('are found among 200,000 in seconds, with their holders', () => {
    const holders = Array.from({ length: 200_000 }, (_none, at) => ({
      code: String(10_000_000_019 + at * 49_999).padStart(12, '7'),
    }));
    const [one, other] = [{ code: '529174630518' }, { code: '529174360518' }];
    const begunMs = process.cpuUsage().user / 1000;
    const found = auditCodes([...holders, one, other], { minimumLength: 8, extensions: new Set() });
    expect(process.cpuUsage().user / 1000 - begunMs).toBeLessThan(15_000);
    expect(found.filter(({ holder }) => holder === one || holder === other)).toEqual([
      { holder: one, weaknesses: ['near-another'], nearTo: other },
      { holder: other, weaknesses: ['near-another'], nearTo: one },
    ]);
  });
});

describe('a generated code', () => {
  it('is random, of the length asked for, never weak and never near another one', async () => {
    const used: string[] = [];
    for (let made = 0; made < 300; made += 1) {
      const code = await generateCode(6, {
        random: (below) => randomInt(below),
        taken: (codes) => Promise.resolve(used.filter((one) => codes.includes(one))),
        isExtension: () => false,
      });
      expect(code).toMatch(/^\d{6}$/);
      expect(weak(code ?? '')).toEqual([]);
      expect(used.some((other) => isNear(other, code ?? ''))).toBe(false);
      used.push(code ?? '');
    }
  });

  it('is none where there is no room', async () => {
    const taken = (codes: readonly string[]) => Promise.resolve(codes);
    expect(await generateCode(8, { random: (below) => randomInt(below), taken, isExtension: () => false })).toBeNull();
  });

  it.each([
    [1, 20, 6],
    [25, 20, 6],
    [26, 20, 7],
    [1_000, 20, 8],
    [10_000, 20, 9],
    [1_000_000, 20, 11],
    [1_000, 0, 12],
  ])('of a site with %i codes that notices after %i guesses has %i digits', (codes, siteLimit, digits) => {
    expect(lengthFor(codes, { siteLimit })).toBe(digits);
  });
});
