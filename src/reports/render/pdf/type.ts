import { baseFamily, fallbackFamilies, type Weight } from './fonts.ts';
import { runsOf, type Run } from './runs.ts';
import { wrapped } from './wrap.ts';

type Pdf = PDFKit.PDFDocument;

/** Draws and measures text in whatever script. */
export type Type = {
  width(text: string, size: number, weight?: Weight): number;
  /** One line, whose letters stand on `baseline`. */
  draw(text: string, x: number, baseline: number, style: { size: number; weight?: Weight; color?: string }): void;
  lines(text: string, width: number, size: number, weight?: Weight): string[];
  /** Characters that no font has, of what was drawn. */
  missing(): readonly string[];
};

/** What pdfkit keeps of the font in use (lib/mixins/fonts.js); its types know none of it. */
type OpenFont = {
  readonly _font: {
    readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
    layoutCache: Record<string, unknown>;
  };
};

/** pdfkit keeps the glyphs of every word that it ever drew: of a million calls, gigabytes. Words that come again come soon. */
const wordsKept = 20_000;

/** Western letters and what is common beside them: the base has all of these. */
const plain = /^[\x20-\x7e\u00a0-\u024f\u2010-\u2026\u20ac]*$/;
/** They choose or join glyphs, and have none of their own. */
const joiners = /[\u200c\u200d\ufe0e\ufe0f]/gu;

/** `siteFonts`: files that are asked first for what the base does not have. */
export function createType(pdf: Pdf, siteFonts: readonly string[]): Type {
  const families = [baseFamily, ...fallbackFamilies(siteFonts)];
  const names = families.map((family, at) => {
    for (const weight of ['regular', 'bold'] as const) pdf.registerFont(`${weight} ${at}`, family[weight]);
    return (weight: Weight) => `${weight} ${at}`;
  });
  const missing = new Set<string>();
  const fonts = new Map<string, number | null>();

  const uses = new Map<string, number>();
  function use(font: number, weight: Weight, size: number): Pdf {
    const name = names[font]?.(weight) ?? 'regular 0';
    const used = uses.get(name) ?? 0;
    const set = pdf.font(name).fontSize(size);
    uses.set(name, used < wordsKept ? used + 1 : 0);
    if (used >= wordsKept)
      (set as unknown as OpenFont)._font.layoutCache = Object.create(null) as Record<string, unknown>;
    return set;
  }
  const has = (font: number, codePoint: number): boolean =>
    (use(font, 'regular', 8) as unknown as OpenFont)._font.font.hasGlyphForCodePoint(codePoint);
  function fontFor(grapheme: string): number | null {
    const known = fonts.get(grapheme);
    if (known !== undefined) return known;
    const codePoints = Array.from(grapheme.replace(joiners, ''), (character) => character.codePointAt(0) ?? 0);
    const font = families.findIndex((_, at) => codePoints.every((codePoint) => has(at, codePoint)));
    fonts.set(grapheme, font === -1 ? null : font);
    return font === -1 ? null : font;
  }

  const runs = (text: string): Run[] =>
    plain.test(text) ? [{ text, font: 0 }] : runsOf(text, fontFor, (grapheme) => missing.add(grapheme));
  const width: Type['width'] = (text, size, weight = 'regular') =>
    runs(text).reduce((sum, run) => sum + use(run.font, weight, size).widthOfString(run.text), 0);

  return {
    width,
    draw(text, x, baseline, { size, weight = 'regular', color = '#1c1c1c' }) {
      let at = x;
      pdf.fillColor(color);
      for (const run of runs(text)) {
        use(run.font, weight, size).text(run.text, at, baseline, { lineBreak: false, baseline: 'alphabetic' });
        at += pdf.widthOfString(run.text);
      }
    },
    lines: (text, room, size, weight = 'regular') => wrapped(text, room, (line) => width(line, size, weight)),
    missing: () => [...missing],
  };
}
