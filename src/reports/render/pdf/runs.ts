import bidiFactory, { type Bidi } from 'bidi-js';

/** A piece of a line that one font draws in one direction, in the order in which pieces stand on paper, from the left. */
export type Run = { text: string; font: number };

/** What fonts can draw: the number of the first that has the whole grapheme; null: none. */
export type FontFor = (grapheme: string) => number | null;

const graphemes = new Intl.Segmenter();
/** CommonJS, typed as if it were a module. */
const bidi = (bidiFactory as unknown as () => Bidi)();

/** Hebrew, Arabic and their presentation forms. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Digits of Arabic, Persian and Urdu: read from the left, but pdfkit lays several of them out from the right, so that 12 became 21. */
const arabicDigit = /^[\u0660-\u0669\u06f0-\u06f9]$/;
/** Stands for what no font has. */
export const missingMark = '\u25a1';

type Piece = { text: string; font: number; level: number };

/** Pieces of one font and direction; right to left, each word is a piece, because pdfkit lays words out from the left. */
function piecesOf(
  line: string,
  levels: ArrayLike<number>,
  fontFor: FontFor,
  onMissing: (text: string) => void,
): Piece[] {
  const pieces: Piece[] = [];
  for (const { segment, index } of graphemes.segment(line)) {
    const level = levels[index] ?? 0;
    const isRtl = level % 2 === 1;
    const font = fontFor(segment);
    if (font === null) onMissing(segment);
    const text = font === null ? missingMark : isRtl ? (bidi.getMirroredCharacter(segment) ?? segment) : segment;
    const last = pieces.at(-1);
    const isWordEnd = isRtl && (segment === ' ') !== (last?.text === ' ');
    const isAlone = arabicDigit.test(segment) || arabicDigit.test(last?.text ?? '');
    if (last !== undefined && last.font === (font ?? 0) && last.level === level && !isWordEnd && !isAlone)
      last.text += text;
    else pieces.push({ text, font: font ?? 0, level });
  }
  return pieces;
}

/** Unicode's rule L2: from the highest level to the lowest odd one, what is at least as high is turned round. */
function visually(pieces: readonly Piece[]): Piece[] {
  const shown = [...pieces];
  const highest = Math.max(0, ...pieces.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let at = 0; at < shown.length; at++) {
      let end = at;
      while (end < shown.length && (shown[end]?.level ?? 0) >= level) end += 1;
      if (end > at) shown.splice(at, end - at, ...shown.slice(at, end).reverse());
      at = Math.max(at, end - 1);
    }
  }
  return shown;
}

/** A line in runs. `onMissing` gets each grapheme that no font has. */
export function runsOf(line: string, fontFor: FontFor, onMissing: (grapheme: string) => void): Run[] {
  const levels = rightToLeft.test(line) ? bidi.getEmbeddingLevels(line).levels : [];
  return visually(piecesOf(line, levels, fontFor, onMissing)).map(({ text, font }) => ({ text, font }));
}
