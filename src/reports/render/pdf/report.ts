import type { ReportDocument } from '../../document.ts';
import { periodText } from '../../period-text.ts';
import { writingIn } from '../../writing.ts';
import { rowTexts } from '../text.ts';
import { drawChart } from './chart.ts';
import { withoutEmptyColumns } from './empty-columns.ts';
import { startPages, type Pages } from './page.ts';
import { layTable, startTable, type Table, type TableLayout } from './table.ts';
import { drawTitle, paragraphs, type Sheet } from './statement.ts';

/** A report that is no statement. */
export async function drawReport(sheet: Sheet, document: ReportDocument): Promise<void> {
  const { pdf, type, tags, site, waiting } = sheet;
  const { zone, title, period, filters } = document;
  const { rows, cells, left, ...kept } = await withoutEmptyColumns(document);
  let { columns } = kept;
  const writing = writingIn(site.locale, zone);
  const about = [periodText(period, zone), ...filters];
  let pages: Pages | null = null;
  let table: Table | null = null;
  const begin = ({ orientation }: Pick<TableLayout, 'orientation'>): Pages => {
    const begun = startPages(pdf, type, { paper: site.paper, orientation, footer: title });
    begun.next();
    drawTitle(begun, tags, title);
    paragraphs(begun, tags, about, { size: 9 });
    begun.y += 6;
    return begun;
  };
  for await (const piece of rows) {
    if (pages === null || table === null) {
      const sample = [...piece, ...document.totals()].map(cells);
      const layout = layTable({ columns, rows: sample, writing }, type, { paper: site.paper, orientation: null });
      columns = layout.columns;
      pages = begin(layout);
      for (const chart of document.charts ?? []) drawChart(pages, tags, chart);
      table = startTable(pages, tags, layout);
    }
    for (const row of piece) table.row(rowTexts(cells(row), columns, writing));
    await waiting();
  }
  pages ??= begin({ orientation: 'portrait' });
  if (table === null) paragraphs(pages, tags, [document.empty], { size: 9 });
  else for (const row of document.totals()) table.row(rowTexts(cells(row), columns, writing), { bold: true });
  tags.endTable();
  pages.y += 10;
  const empty = left.length === 0 ? [] : [`Left out, because nothing stands there: ${left.join(', ')}.`];
  paragraphs(pages, tags, [...document.notes(), ...empty], { size: 9 });
  pages.end();
}
