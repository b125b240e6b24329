/** What a format shows beside a number, and by what it divides it: thousands, or hundredths as a percentage. */
export type Beside = { before: string; after: string; dividedBy: number };

/** How the numbers of cells are shown, as far as it says what they are. */
export type NumberFormat =
  | ({ kind: 'plain' } & Partial<Beside>)
  /** Shown with zeros before it, up to so many digits. */
  | { kind: 'padded'; digits: number }
  | { kind: 'date' }
  | { kind: 'time' };

/** Formats that every spreadsheet has (ECMA-376 part 1, 18.8.30). */
const builtInDates = [14, 15, 16, 17, 22, ...range(27, 31), 36, ...range(50, 58)];
const percentages = [9, 10];
const builtInTimes = [18, 19, 20, 21, ...range(32, 35), 45, 46, 47];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

export function formatOf(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) {
    if (builtInDates.includes(id)) return { kind: 'date' };
    if (percentages.includes(id)) return { kind: 'plain', before: '', after: '%', dividedBy: 0.01 };
    return builtInTimes.includes(id) ? { kind: 'time' } : { kind: 'plain' };
  }
  if (/^0{2,20}$/.test(code)) return { kind: 'padded', digits: code.length };
  // Colours, conditions, locales, quoted words and single signs say nothing of it; [h] is a time that goes on past a day.
  const [first = ''] = code.split(';');
  const hasElapsed = /\[[hms]+\]/i.test(first);
  const bare = first.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General/gi, '').toLowerCase();
  if (!hasElapsed && (/[yd]/.test(bare) || /^[^hs]*m[^hs]*$/.test(bare))) return { kind: 'date' };
  return hasElapsed || /[hs]/.test(bare) ? { kind: 'time' } : { kind: 'plain', ...besideNumber(first) };
}

/** Quoted and single signs, a currency with its locale; room and fillings; other brackets; General and its like; placeholders. */
const token = /"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|[_*].|\[[^\]]*\]|General|[0#?][0#?.,]*|(.)/giu;

/** What stands beside the places of the digits: signs of currencies, words and figures, but neither room nor brackets. */
function besideNumber(code: string): Partial<Beside> {
  const texts: [string, string] = ['', ''];
  let [isBehind, dividedBy] = [false, 1];
  for (const [whole, quoted, escaped, currency, other] of code.matchAll(token)) {
    const isNumber = /^(?:General|[0#?])/i.test(whole);
    if (isNumber && !isBehind) dividedBy *= 1000 ** (/,+$/.exec(whole)?.[0].length ?? 0);
    isBehind ||= isNumber;
    if (other === '%') dividedBy /= 100;
    texts[isBehind ? 1 : 0] +=
      quoted ?? escaped ?? currency ?? (other !== undefined && /[\p{Sc}%¢]/u.test(other) ? other : '');
  }
  const [before = '', after = ''] = texts.map((text) => (/[\p{L}\p{Sc}\p{N}%¢]/u.test(text) ? text.trim() : ''));
  return before === '' && after === '' && dividedBy === 1 ? {} : { before, after, dividedBy };
}

/** Digits of a binary number that are shown: more are only noise (0.1 + 0.2). */
const significant = 15;

/** A number without exponent, unless it has lost digits: then the exponent shows it to whoever reads it. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 10 ** significant) return value.toExponential().toUpperCase();
  const rounded = Number(value.toPrecision(significant));
  const text = String(rounded);
  if (!text.includes('e-')) return text;
  return rounded.toFixed(20).replace(/0+$/, '').replace(/\.$/, '');
}

const dayMs = 86_400_000;
/** 1970-01-01 in a spreadsheet's days, which are counted from the end of 1899, or from the start of 1904. */
const epochDay = 25_569;
const days1904 = 1462;
/** Until here days are off by one: spreadsheets take 1900 for a leap year. */
const firstSafeDay = 61;

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-01-31`, or `2026-01-31 08:00:00`; null: no date that is the same everywhere. */
export function dateText(serial: number, is1904: boolean): string | null {
  const day = serial + (is1904 ? days1904 : 0);
  if (day < firstSafeDay || day > 2_958_465) return null;
  const iso = new Date(Math.round((day - epochDay) * dayMs)).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}

/** `1:05:09` */
export function timeText(serial: number): string {
  const seconds = Math.round(serial * 86_400);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
