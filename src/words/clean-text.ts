/*
 * Text from outside (a display name, a CSV, a row of SQL Server, an error that quotes one of them) on its way to each medium. What
 * a terminal, a spreadsheet or a reader's eye would take for more than text is made visible, or taken out, here and nowhere else.
 */

/**
 * Controls (C0, DEL, C1: a terminal takes U+009B for ESC [), format characters (those that change the direction of writing among
 * them) and Unicode's line and paragraph separators. The joiners U+200C and U+200D only shape letters and emoji.
 */
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const hiddenRun = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Most text is plain; the search for what is hidden takes ten times as long. */
const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

/** For one line that is read aloud or mailed: hidden characters are spaces, and at most `maximum` characters stay. */
export function oneLine(text: string, maximum = 200): string {
  const line = text.toWellFormed().replace(hiddenRun, ' ').trim();
  return Array.from(line).slice(0, maximum).join('');
}

/** For a cell of a table, a value behind a label, a line of a PDF: hidden characters are shown as U+FFFD. */
export function visibleText(text: string): string {
  return isPlain(text) ? text : text.toWellFormed().replace(hidden, '�');
}

/** For what is written to a terminal as a whole: line breaks are the writer's own, everything else as `visibleText` has it. */
export function terminalText(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

/** JSON, or text quoted as JSON, with the same meaning, of which a terminal or a log's reader can be shown every byte. */
export function visibleJson(json: string): string {
  if (isPlain(json)) return json;
  return json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** A spreadsheet that is given these first runs the cell (OWASP, "CSV Injection"), their full-width forms included. */
const formula = /^[\s�]*[=+\-@＝＋－＠]/u;
const plainNumber = /^\+\d+$/;
/** Line breaks and tabs are part of a text. */
const csvHidden = /(?![\t\n\r])\p{Cc}/gu;

/** For a cell of a CSV: no controls, and an apostrophe before what a spreadsheet would take for a formula. */
export function csvText(text: string): string {
  const clean = text.toWellFormed().replace(csvHidden, '�');
  return isFormula(clean) ? `'${clean}` : clean;
}

const isFormula = (text: string): boolean => (formula.test(text) && !plainNumber.test(text)) || /^[\t\r\n]/.test(text);
const isGuarded = (text: string): boolean => isFormula(text.replace(/^'+/, ''));

/** Like `csvText`, for a file that is read again: `unguardedText` takes off exactly what this puts before a formula. */
export const guardedText = (text: string): string => (isGuarded(text) ? `'${text}` : text);

/** A cell of a file as it was meant: without the apostrophe that keeps a spreadsheet from running it. */
export const unguardedText = (text: string): string => (text.startsWith("'") && isGuarded(text) ? text.slice(1) : text);

/** XML 1.0, 2.2: these may not stand in a document at all, not even escaped. */
const noXml = /(?![\t\n\r])[\u0000-\u001f\ufffe\uffff]/g;

/** For text inside of XML, before it is escaped. */
export function xmlText(text: string): string {
  return text.toWellFormed().replace(noXml, '�');
}
