import { formatMicros } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { momentText } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import { visibleJson } from '../../words/clean-text.ts';
import { amountText } from './text.ts';

function valueOf(cell: Cell, { kind }: Column, currency: string, zone: Zone): string | number | null {
  if (cell === null || typeof cell === 'string') return cell;
  switch (kind) {
    case 'money':
      return amountText(cell, currency);
    case 'unit-price':
      return formatMicros(cell, 4);
    case 'moment':
      return momentText(Number(cell), zone);
    case 'date':
      return momentText(Number(cell), zone).slice(0, 10);
    case 'time':
      return momentText(Number(cell), zone).slice(11);
    case 'text':
    case 'phone':
    case 'count':
    case 'duration':
    case 'minutes':
    case 'share':
      return Number(cell);
  }
}

/**
 * One object, an element of `rows` a line. Amounts are decimal text, so that nobody's floats round them; durations
 * milliseconds; shares from 0 to 1.
 */
export async function* renderJson(document: ReportDocument): AsyncGenerator<string> {
  const { name, title, period, zone, filters, columns } = document;
  const objectOf = (row: Row) =>
    visibleJson(
      JSON.stringify(
        Object.fromEntries(
          columns.map((column, at) => [
            column.key,
            valueOf(row[at] ?? null, column, currencyOf(columns, row, column), zone),
          ]),
        ),
      ),
    );
  const [from, until] = [momentText(period.fromMs, zone), momentText(period.untilMs, zone)];
  const about = visibleJson(JSON.stringify({ report: name, title, from, until, timeZone: zone.name, filters }));
  yield `${about.slice(0, -1)},"rows":[`;
  let separator = '\n';
  for await (const piece of document.rows) {
    for (const row of piece) {
      yield separator + objectOf(row);
      separator = ',\n';
    }
  }
  yield `\n],"totals":[${document.totals().map(objectOf).join(',')}],"notes":${visibleJson(JSON.stringify(document.notes()))}}\n`;
}
