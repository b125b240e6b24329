const graphemes = new Intl.Segmenter();
const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Where a line may end: after spaces and hyphens, but not within a date, and between words of scripts that have no spaces (Thai, Chinese, Japanese). */
export function breakable(text: string): string[] {
  if (/^[\x20-\x7e]*$/.test(text)) {
    return text.match(/(?:[^ -]|(?<=\d)-(?=\d))*(?:-+| +|$)/g)?.filter((part) => part !== '') ?? [];
  }
  const parts: string[] = [];
  for (const { segment, isWordLike } of words.segment(text)) {
    const last = parts.at(-1);
    // Marks and spaces stay with the word before them, and words of letters that are written with spaces with each other.
    const hangs = isWordLike !== true || (last !== undefined && !/\s$|-$/.test(last) && !spaceless.test(segment));
    if (last !== undefined && hangs && !/\s$/.test(last)) parts[parts.length - 1] = last + segment;
    else parts.push(segment);
  }
  return parts;
}

const spaceless = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/;

/** Lines no wider than `room`, nothing of the text left out; a word that is wider alone is broken. */
export function wrapped(text: string, room: number, widthOf: (line: string) => number): string[] {
  const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
  if (widthOf(clean) <= room) return [clean];
  const lines: string[] = [];
  let line = '';
  for (const part of breakable(clean)) {
    if (widthOf((line + part).trimEnd()) <= room) {
      line += part;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    line = part;
    if (widthOf(part.trimEnd()) <= room) continue;
    const pieces = broken(part, room, widthOf);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}

function broken(word: string, room: number, widthOf: (line: string) => number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && widthOf(piece + segment) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
