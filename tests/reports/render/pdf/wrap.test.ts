import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnWidths, type Wanted } from '../../../../src/reports/render/pdf/widths.ts';
import { wrapped } from '../../../../src/reports/render/pdf/wrap.ts';

const widthOf = (text: string) => Array.from(new Intl.Segmenter().segment(text)).length;
const without = (text: string) => text.replace(/\s/gu, '');

describe('lines', () => {
  it.each([
    ['Smith & Partners Manufacturing', 12, ['Smith &', 'Partners', 'Manufacturin', 'g']],
    ['Co-operation', 6, ['Co-', 'operat', 'ion']],
    ['สวัสดีครับ', 5, ['สวัสดี', 'ครับ']],
    ['日本語の会社です', 4, ['日本語の', '会社です']],
  ])('%s in %i', (text, room, lines) => {
    expect(wrapped(text, room, widthOf)).toEqual(lines);
  });

  it('lose nothing, and are never wider than their column', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 80 }).map((typed) => typed.replaceAll(/\p{Cc}/gu, ''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (typed, room) => {
        const lines = wrapped(typed, room, widthOf);
        expect(without(lines.join(''))).toBe(without(typed));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('widths of columns', () => {
  const wanted = fc.array(
    fc.record({
      natural: fc.integer({ min: 1, max: 400 }),
      least: fc.double({ min: 0.1, max: 1, noNaN: true }),
      isText: fc.boolean(),
    }),
    { minLength: 1, maxLength: 18 },
  );

  it('fill the page, never cut a number, and give each text at least its minimum', () => {
    fc.assert(
      fc.property(wanted, fc.integer({ min: 100, max: 800 }), (columns, room) => {
        const all = columns.map(({ natural, least, isText }): Wanted => {
          return { natural, minimum: isText ? natural * least : natural, isText };
        });
        const widths = columnWidths(all, room);
        const minimum = all.reduce((sum, one) => sum + one.minimum, 0);
        if (widths === null) expect(minimum).toBeGreaterThan(room);
        else {
          expect(widths.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(room + 0.1);
          for (const [at, width] of widths.entries())
            expect(width).toBeGreaterThanOrEqual((all[at]?.minimum ?? 0) - 0.1);
        }
      }),
    );
  });
});
