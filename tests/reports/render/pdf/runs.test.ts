import { describe, expect, it } from '@jest/globals';
import { runsOf } from '../../../../src/reports/render/pdf/runs.ts';

/** Font 0 has everything but what is Thai (1), and no font has Chinese. */
const fontFor = (grapheme: string) =>
  /\p{Script=Han}/u.test(grapheme) ? null : /\p{Script=Thai}/u.test(grapheme) ? 1 : 0;

function shown(text: string) {
  const missing: string[] = [];
  const runs = runsOf(text, fontFor, (grapheme) => missing.push(grapheme));
  return { runs: runs.map(({ text: run, font }) => `${font}:${run}`), missing };
}

describe('a line in runs, from the left', () => {
  it.each([
    ['Anna สมชาย B', ['0:Anna ', '1:สมชาย', '0: B']],
    // Words right to left, each as it is read: the font turns it round.
    ['דוד כהן', ['0:כהן', '0: ', '0:דוד']],
    ['Smith דוד כהן Ltd', ['0:Smith ', '0:כהן', '0: ', '0:דוד', '0: Ltd']],
    // Numbers stay as they are, and brackets are turned.
    // Digits of Arabic one by one: pdfkit would turn 12 round.
    ['قضية ١٢', ['0:١', '0:٢', '0: ', '0:قضية']],
    ['A ۱۲/٣', ['0:A ', '0:۱', '0:۲', '0:/', '0:٣']],
    ['דוד (2026)', ['0:(', '0:2026', '0:)', '0: ', '0:דוד']],
  ])('%s', (text, runs) => {
    expect(shown(text)).toEqual({ runs, missing: [] });
  });

  it('with a box for what no font has, which is reported', () => {
    expect(shown('ACME 株式')).toEqual({ runs: ['0:ACME □□'], missing: ['株', '式'] });
  });
});
