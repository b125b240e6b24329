import { setTimeout as pause } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { ReportDocument } from '../document.ts';
import type { ReportSite } from '../site.ts';
import type { Statement } from '../statements/statement.ts';
import { missingFont } from './pdf/fonts.ts';
import { countingLines } from './pdf/longest.ts';
import { drawReport } from './pdf/report.ts';
import { drawStatement, type Sheet } from './pdf/statement.ts';
import { createTags } from './pdf/tags.ts';
import { createType } from './pdf/type.ts';

/** How much may wait for whoever reads the file. */
const maximumWaitingBytes = 1_048_576;

/** `warn`: gets a line about what could not be drawn as it is. */
export type PdfOptions = { title: string; site: ReportSite; warn: (line: string) => void };

async function* renderWith(
  { title, site, warn }: PdfOptions,
  draw: (sheet: Sheet) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const missing = missingFont(site.fonts);
  if (missing !== null) throw new Error(`the font ${missing} (site.fonts) is not there`);
  const pdf = new PDFDocument({
    ...{ autoFirstPage: false, pdfVersion: '1.7', tagged: true, displayTitle: true },
    ...{ lang: site.locale === '' ? 'en' : site.locale, info: { Title: title, Author: site.name } },
  });
  const type = createType(pdf, site.fonts);
  const tags = createTags(pdf);
  const waiting = async () => {
    while (pdf.readableLength > maximumWaitingBytes && !pdf.destroyed) await pause(5);
    // Nobody reads it any more: no further call is read for it.
    if (pdf.destroyed) throw new Error('the PDF is not wanted any more');
  };
  const filled = draw({ pdf, type, tags, site, waiting }).then(
    () => {
      tags.end();
      pdf.end();
      warnOf(type.missing(), warn);
    },
    (error: unknown) => {
      pdf.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  for await (const chunk of pdf) yield chunk;
  await filled;
}

function warnOf(missing: readonly string[], warn: PdfOptions['warn']): void {
  if (missing.length === 0) return;
  const shown = missing.slice(0, 20).join(' ');
  const more = missing.length > 20 ? ` and ${missing.length - 20} more` : '';
  warn(
    `no font has ${shown}${more}: they are boxes in the PDF, and whole in the other formats. ` +
      'Name a font that has them in site.fonts, such as NotoSansCJK-Regular.ttc.',
  );
}

/** For printing. */
export function renderPdf(document: ReportDocument, options: Omit<PdfOptions, 'title'>): AsyncGenerator<Uint8Array> {
  return renderWith({ ...options, title: document.title }, (sheet) =>
    drawReport(sheet, { ...document, rows: countingLines()(document.rows) }),
  );
}

/** One after the other, each on pages of its own that are counted from 1; `none`: what is written where there are none. */
export function renderStatementsPdf(
  statements: AsyncIterable<Statement>,
  none: ReportDocument,
  options: Omit<PdfOptions, 'title'>,
): AsyncGenerator<Uint8Array> {
  return renderWith({ ...options, title: none.title }, async (sheet) => {
    let isEmpty = true;
    const counted = countingLines();
    for await (const statement of statements) {
      await drawStatement(sheet, { ...statement, rows: counted(statement.rows) });
      isEmpty = false;
    }
    if (isEmpty) await drawReport(sheet, none);
  });
}
