import { amountIn } from '../../statements/amount.ts';
import type { Column } from '../../document.ts';
import type { ReportSite } from '../../site.ts';
import type { Writing } from '../../writing.ts';
import type { Statement, StatementRow } from '../../statements/statement.ts';
import { drawLetterhead } from '../letterhead.ts';
import { rowTexts } from '../text.ts';
import { drawChart } from './chart.ts';
import { accent, grey, startPages, type Pages } from './page.ts';
import type { Tags } from './tags.ts';
import { layTable, startTable, type Table, type TableLayout } from './table.ts';
import type { Type } from './type.ts';

type Pdf = PDFKit.PDFDocument;

const bodySize = 9;
const bodyLine = 12.5;
const titleSize = 17;

export type Sheet = { pdf: Pdf; type: Type; tags: Tags; site: ReportSite; waiting: () => Promise<void> };

type Style = { size: number; color?: string };

const heightOf = (lines: readonly string[], { size }: Style): number => lines.length * size * 1.4;

/** Of paragraphs as they are drawn. */
const heightOfAll = ({ type, left, right }: Pages, texts: readonly string[], style: Style): number =>
  texts.reduce((height, text) => height + heightOf(type.lines(text, right - left, style.size), style) + 2, 0);

/** Paragraphs below each other, as wide as the page. */
export function paragraphs(pages: Pages, tags: Tags, texts: readonly string[], style: Style): void {
  const { type, left, right } = pages;
  for (const text of texts) {
    const lines = type.lines(text, right - left, style.size);
    const step = style.size * 1.4;
    if (!pages.fits(heightOf(lines, style))) pages.next();
    tags.block('P', () => {
      for (const [at, line] of lines.entries()) type.draw(line, left, pages.y + at * step + style.size, style);
    });
    pages.y += heightOf(lines, style) + 2;
  }
}

/** Who it is for on the left, what it is about on the right, below the sender. */
function drawHead(pages: Pages, { tags, site }: Sheet, { addressee, facts }: Statement): void {
  const { pdf, type, left, right } = pages;
  const top = pages.y;
  tags.artifact(() => {
    pages.y = drawLetterhead({ pdf, type, site, y: top, right });
  });
  // As high on the page as the window of an envelope has it.
  const start = Math.max(pages.y + 14, top + 62);
  const middle = left + (right - left) * 0.54;
  let at = start;
  for (const [place, line] of addressee.entries()) {
    const weight = place === 0 ? 'bold' : 'regular';
    for (const part of type.lines(line, middle - left - 16, bodySize + 0.5, weight)) {
      const baseline = at + bodySize;
      tags.block('P', () => type.draw(part, left, baseline, { size: bodySize + 0.5, weight }));
      at += bodyLine;
    }
  }
  const titles = Math.max(0, ...facts.map(({ title }) => type.width(title, bodySize))) + 12;
  let below = start;
  for (const { title, value } of facts) {
    const lines = type.lines(value, right - middle - titles, bodySize);
    const baseline = below + bodySize;
    tags.block('P', () => {
      type.draw(title, middle, baseline, { size: bodySize, color: grey });
      for (const [place, line] of lines.entries()) {
        type.draw(line, middle + titles, baseline + place * bodyLine, { size: bodySize });
      }
    });
    below += lines.length * bodyLine;
  }
  pages.y = Math.max(at, below) + 16;
}

export function drawTitle(pages: Pages, tags: Tags, title: string): void {
  const { type, left, right } = pages;
  const lines = type.lines(title, right - left, titleSize, 'bold');
  tags.block('H1', () => {
    for (const [at, line] of lines.entries()) {
      type.draw(line, left, pages.y + titleSize + at * titleSize * 1.25, {
        ...{ size: titleSize, weight: 'bold', color: accent },
      });
    }
  });
  pages.y += lines.length * titleSize * 1.25 + 10;
}

function drawRow(table: Table, row: StatementRow, columns: readonly Column[], writing: Writing): void {
  switch (row.kind) {
    case 'group':
      table.heading(row.label, 2);
      return;
    case 'call':
      table.row(rowTexts(row.cells, columns, writing));
      return;
    case 'subtotal':
      table.row(labelled(rowTexts(row.cells, columns, writing), row.label), { bold: true });
  }
}

/** A row of sums with its name in the first column, which sums leave empty. */
const labelled = (texts: readonly string[], label: string): string[] =>
  texts.map((text, at) => (at === 0 && text === '' ? label : text));

type SumLine = readonly [label: string, amount: string];
/** What is asked for in a currency, and how it comes about. */
type Sum = { lines: SumLine[]; due: SumLine };

function sumsOf(statement: Statement): Sum[] {
  const { labels, writing } = statement;
  return statement.sums().map(({ currency, payable, tax }) => {
    const { exact, rounding, net, tax: taxed, due } = payable;
    const line = (label: string, micros: bigint): SumLine => [label, amountIn(micros, currency, writing)];
    const isPlain = rounding === 0n && tax === null;
    return {
      lines: [
        ...(rounding === 0n ? [] : [line(labels.sum, exact), line(labels.rounding, rounding)]),
        ...(isPlain ? [] : [line(labels.net, net)]),
        ...(tax === null ? [] : [line(tax, taxed)]),
      ],
      due: line(labels.due, due),
    };
  });
}

const sumStep = 15;
const aboveDue = 4;
const belowSum = 10;
const heightOfSum = ({ lines }: Sum): number => (lines.length + 1) * sumStep + aboveDue + belowSum;

/** At the right, where amounts stand. */
function drawSum(pages: Pages, tags: Tags, sum: Sum): void {
  const { pdf, type, right } = pages;
  const size = 9.5;
  const left = right - 236;
  if (!pages.fits(heightOfSum(sum) - belowSum)) pages.next();
  tags.table();
  const line = ([label, amount]: SumLine, weight: 'regular' | 'bold', larger: number) => {
    const baseline = pages.y + size + 1;
    const style = { size: size + larger, weight };
    tags.row([
      { scope: 'Row', draw: () => type.draw(label, left, baseline, style) },
      { scope: null, draw: () => type.draw(amount, right - type.width(amount, style.size, weight), baseline, style) },
    ]);
    pages.y += sumStep;
  };
  for (const one of sum.lines) line(one, 'regular', 0);
  tags.artifact(() => pdf.moveTo(left, pages.y).lineTo(right, pages.y).lineWidth(0.9).stroke(accent));
  pages.y += aboveDue;
  line(sum.due, 'bold', 1);
  tags.endTable();
  pages.y += belowSum;
}

const closingStyle = { size: 8, color: grey };

/** What stands below the calls. What belongs together is on one page, lest the last one has nothing but a line in small print. */
async function drawEnd(pages: Pages, tags: Tags, statement: Statement): Promise<void> {
  const sums = sumsOf(statement);
  const charts = await statement.charts();
  const closing = statement.closing();
  const ofSums = sums.reduce((height, sum) => height + heightOfSum(sum), 0);
  const ofClosing = heightOfAll(pages, closing, closingStyle);
  if (!pages.fits(ofSums + (charts.length === 0 ? ofClosing : 0))) pages.next();
  for (const sum of sums) drawSum(pages, tags, sum);
  for (const chart of charts) drawChart(pages, tags, chart);
  if (!pages.fits(ofClosing)) pages.next();
  paragraphs(pages, tags, closing, closingStyle);
}

/** One statement, on pages of its own. */
export async function drawStatement(sheet: Sheet, statement: Statement): Promise<void> {
  const { pdf, type, tags, site, waiting } = sheet;
  const { columns, writing, paper, orientation, footer, opening, title, labels } = statement;
  let table: Table | null = null;
  let pages: Pages | null = null;
  let shown: readonly Column[] = columns;
  const begin = (layout: TableLayout): Pages => {
    const begun = startPages(pdf, type, { paper, orientation: layout.orientation, footer });
    begun.next();
    drawHead(begun, { ...sheet, site }, statement);
    drawTitle(begun, tags, title);
    paragraphs(begun, tags, opening, { size: bodySize });
    return begun;
  };
  for await (const piece of statement.rows) {
    if (pages === null || table === null) {
      // The sums are wider than any of the rows that are added up.
      const sample = [...piece.flatMap((row) => (row.kind === 'group' ? [] : [row.cells])), ...statement.totals()];
      const layout = layTable({ columns, rows: sample, writing }, type, { paper, orientation });
      shown = layout.columns;
      pages = begin(layout);
      table = startTable(pages, tags, layout);
    }
    for (const row of piece) drawRow(table, row, shown, writing);
    await waiting();
  }
  pages ??= begin(layTable({ columns, rows: [], writing }, type, { paper, orientation }));
  if (table === null) paragraphs(pages, tags, [labels.none], { size: bodySize });
  table?.together(statement.totals().length);
  for (const cells of table === null ? [] : statement.totals()) {
    table?.row(labelled(rowTexts(cells, shown, writing), labels.calls), { bold: true, ruled: false });
  }
  tags.endTable();
  pages.y += 10;
  await drawEnd(pages, tags, statement);
  pages.end();
}
