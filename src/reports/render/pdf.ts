import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { Column, ColumnKind, ReportDocument, Row } from '../document.ts';
import { periodText } from '../period-text.ts';
import { drawLetterhead, noLetterhead } from './letterhead.ts';
import type { Letterhead } from './letterhead.ts';
import { rowTexts } from './text.ts';

type Pdf = PDFKit.PDFDocument;
type Page = { pdf: Pdf; letterhead: Letterhead; number: number; y: number };
type Layout = { document: ReportDocument; widths: readonly number[] };

const margin = 36;
const textSize = 8;
const lineHeight = 12;
const gap = 6;
const minimumWidth = 20;
const footerHeight = 24;
/** How much may wait for whoever reads the file. */
const maximumWaitingBytes = 1_048_576;

/** DejaVu 2.37, because the fonts that every PDF reader has know western European letters only. */
const fonts = join(import.meta.dirname, 'fonts');
const regular = join(fonts, 'DejaVuSans.ttf');
const bold = join(fonts, 'DejaVuSans-Bold.ttf');

/** The widest that can be expected, so that a later page fits the columns of the first. */
const samples: Record<ColumnKind, string> = {
  text: '',
  phone: '+1234567890123',
  count: '100000',
  duration: '1000:00:00',
  moment: '2026-01-31 00:00:00',
  share: '100.0 %',
  money: '10000.0000',
};

const isLeft = ({ kind }: Column) => ['text', 'phone', 'moment'].includes(kind);

/** The most that each may have so that all fit: only the widest are cut, so that no short word gives way to a long name. */
function maximumEach(widths: readonly number[], room: number): number {
  let left = room;
  for (const [at, width] of [...widths].sort((a, b) => a - b).entries()) {
    const share = left / (widths.length - at);
    if (width > share) return Math.max(share, minimumWidth);
    left -= width;
  }
  return Infinity;
}

/** What is counted gets the room it needs, and texts share what is left. */
function widthsOf(pdf: Pdf, { columns, zone }: ReportDocument, rows: readonly Row[]): number[] {
  const room = pdf.page.width - 2 * margin - gap * (columns.length - 1);
  const texts = rows.map((row) => rowTexts(row, columns, zone));
  pdf.font('bold').fontSize(textSize);
  const wanted = columns.map((column, at) => {
    const cells = [column.title, samples[column.kind], ...texts.map((cells) => cells[at] ?? '')];
    return Math.max(...cells.map((cell) => pdf.widthOfString(cell))) + 2;
  });
  const isText = (at: number) => columns[at]?.kind === 'text';
  const fixed = wanted.reduce((sum, width, at) => sum + (isText(at) ? 0 : width), 0);
  const cap = maximumEach(
    wanted.filter((_, at) => isText(at)),
    room - fixed,
  );
  const widths = wanted.map((width, at) => (isText(at) ? Math.min(width, cap) : width));
  const all = widths.reduce((sum, width) => sum + width, 0);
  return all > room ? widths.map((width) => (width * room) / all) : widths;
}

const graphemes = new Intl.Segmenter();

/** A text cut to its column; a charge or a number is never cut. */
function fitted(pdf: Pdf, text: string, width: number, { kind }: Column): string {
  const oneLine = text.replace(/\p{Cc}+/gu, ' ');
  if (kind !== 'text' || pdf.widthOfString(oneLine) <= width) return oneLine;
  const characters = Array.from(graphemes.segment(oneLine), ({ segment }) => segment);
  while (characters.length > 0 && pdf.widthOfString(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('')}…`;
}

function drawLine(page: Page, cells: readonly string[], { document, widths }: Layout, font: 'regular' | 'bold'): void {
  const { pdf } = page;
  pdf.font(font).fontSize(textSize);
  let x = margin;
  for (const [at, column] of document.columns.entries()) {
    const width = widths[at] ?? 0;
    const text = fitted(pdf, cells[at] ?? '', width, column);
    const left = isLeft(column) ? x : x + width - pdf.widthOfString(text);
    pdf.text(text, left, page.y, { lineBreak: false });
    x += width + gap;
  }
  page.y += lineHeight;
}

function rule(page: Page): void {
  page.pdf
    .moveTo(margin, page.y - 2)
    .lineTo(page.pdf.page.width - margin, page.y - 2)
    .lineWidth(0.5)
    .stroke();
  page.y += 2;
}

function newPage(page: Page, document: ReportDocument): void {
  const { pdf } = page;
  // A table of many columns needs the long side.
  pdf.addPage({ size: 'A4', layout: document.columns.length > 7 ? 'landscape' : 'portrait', margin: 0 });
  page.number += 1;
  pdf.font('regular').fontSize(textSize);
  const [footer, y] = [`Page ${page.number}`, pdf.page.height - margin];
  pdf.text(document.title, margin, y, { lineBreak: false });
  pdf.text(footer, pdf.page.width - margin - pdf.widthOfString(footer), y, { lineBreak: false });
  page.y = margin;
}

function heading(page: Page, document: ReportDocument): void {
  const { pdf } = page;
  newPage(page, document);
  const end = drawLetterhead(pdf, page.letterhead, page.y, pdf.page.width - margin);
  // Below the letterhead, where there is one: a long title must not run into it.
  page.y = Math.max(page.y, end === margin ? end : end + lineHeight);
  pdf.font('bold').fontSize(14).text(document.title, margin, page.y, { lineBreak: false });
  page.y += 22;
  pdf.font('regular').fontSize(9);
  for (const line of [periodText(document.period, document.zone), ...document.filters]) {
    pdf.text(line, margin, page.y, { lineBreak: false });
    page.y += lineHeight;
  }
  page.y += lineHeight / 2;
}

async function section(page: Page, document: ReportDocument): Promise<void> {
  const { pdf } = page;
  const { columns, zone } = document;
  heading(page, document);
  let layout: Layout | null = null;
  const header = (shown: Layout) => {
    drawLine(
      page,
      columns.map(({ title }) => title),
      shown,
      'bold',
    );
    rule(page);
  };
  const row = (cells: Row, shown: Layout, font: 'regular' | 'bold') => {
    if (page.y + lineHeight > pdf.page.height - margin - footerHeight) {
      newPage(page, document);
      header(shown);
    }
    drawLine(page, rowTexts(cells, columns, zone), shown, font);
  };
  for await (const piece of document.rows) {
    if (layout === null) {
      layout = { document, widths: widthsOf(pdf, document, piece) };
      header(layout);
    }
    for (const cells of piece) row(cells, layout, 'regular');
    while (pdf.readableLength > maximumWaitingBytes) await pause(5);
  }
  const after = [...(layout === null ? [document.empty] : []), ...document.notes()];
  if (layout !== null) {
    page.y += 4;
    rule(page);
    for (const cells of document.totals()) row(cells, layout, 'bold');
    page.y += lineHeight;
  }
  pdf.font('regular').fontSize(9);
  for (const line of after) {
    if (page.y + lineHeight > pdf.page.height - margin - footerHeight) newPage(page, document);
    pdf.text(line, margin, page.y, { lineBreak: false });
    page.y += lineHeight;
  }
}

type Documents = { each: AsyncIterable<ReportDocument>; whole: ReportDocument; letterhead: Letterhead };

async function fill(pdf: Pdf, { each, whole, letterhead }: Documents): Promise<void> {
  const start: Page = { pdf, letterhead, number: 0, y: margin };
  let isEmpty = true;
  for await (const document of each) {
    await section({ ...start }, document);
    isEmpty = false;
  }
  if (isEmpty) await section({ ...start }, whole);
  pdf.end();
}

/** Documents one after the other, each on pages of its own that are counted from 1; `whole` where there are none. */
export async function* renderPdfs(documents: Documents): AsyncGenerator<Uint8Array> {
  const pdf = new PDFDocument({ autoFirstPage: false, info: { Title: documents.whole.title } });
  pdf.registerFont('regular', regular);
  pdf.registerFont('bold', bold);
  const filled = fill(pdf, documents).catch((error: unknown) => {
    pdf.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  for await (const chunk of pdf) yield chunk;
  await filled;
}

// eslint-disable-next-line @typescript-eslint/require-await -- where documents come one after the other, they are waited for
async function* only(document: ReportDocument): AsyncGenerator<ReportDocument> {
  yield document;
}

/** For printing. */
export function renderPdf(document: ReportDocument): AsyncGenerator<Uint8Array> {
  return renderPdfs({ each: only(document), whole: document, letterhead: noLetterhead });
}
