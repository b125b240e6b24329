import { visibleText } from '../../words/clean-text.ts';
import { widthOf } from '../../words/text-width.ts';
import { amountIn } from '../statements/amount.ts';
import type { Statement, StatementRow } from '../statements/statement.ts';
import { alignedLine } from './table.ts';
import { rowTexts } from './text.ts';

/** For a terminal, like `renderTable`: columns never get narrower. */
export async function* renderStatementText(statement: Statement): AsyncGenerator<string> {
  const { title, addressee, facts, opening, columns, writing, labels } = statement;
  const factWidth = Math.max(0, ...facts.map(({ title: name }) => widthOf(name)));
  const head = [
    ...[title, '', ...addressee, ''],
    ...facts.map(({ title: name, value }) => `${name}${' '.repeat(factWidth - widthOf(name))}  ${value}`),
    ...(opening.length === 0 ? [] : ['', ...opening]),
  ];
  yield `${head.map(visibleText).join('\n')}\n\n`;

  const titles = columns.map(({ title: name }) => name);
  const widths = titles.map(widthOf);
  const line = (cells: readonly string[]) => `${alignedLine(cells, widths, columns)}\n`;
  const widen = (cells: readonly string[]) => {
    for (const [at, cell] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  };
  const textsOf = (row: Exclude<StatementRow, { kind: 'group' }>): string[] => {
    const texts = rowTexts(row.cells, columns, writing).map(visibleText);
    return row.kind === 'subtotal' ? [row.label, ...texts.slice(1)] : texts;
  };
  let isFirst = true;
  for await (const piece of statement.rows) {
    const rows = piece.map((row) => (row.kind === 'group' ? row.label : textsOf(row)));
    for (const row of rows) if (typeof row !== 'string') widen(row);
    if (isFirst) yield line(titles);
    isFirst = false;
    yield rows.map((row) => (typeof row === 'string' ? `${visibleText(row)}\n` : line(row))).join('');
  }
  if (isFirst) yield `${labels.none}\n`;
  else {
    const totals = statement.totals().map((cells) => textsOf({ kind: 'subtotal', label: labels.calls, cells }));
    for (const cells of totals) widen(cells);
    yield `${widths.map((width) => '-'.repeat(width)).join('  ')}\n${totals.map(line).join('')}`;
  }
  yield sumLines(statement).join('');
  yield ['', ...statement.closing()].map((text) => `${visibleText(text)}\n`).join('');
}

function sumLines(statement: Statement): string[] {
  const { labels, writing } = statement;
  return statement.sums().flatMap(({ currency, payable: { rounding, net, tax, due }, tax: taxName }) => {
    const lines: [string, bigint][] = [
      ...(rounding === 0n ? [] : ([[labels.rounding, rounding]] as [string, bigint][])),
      ...(taxName === null
        ? []
        : ([
            [labels.net, net],
            [taxName, tax],
          ] as [string, bigint][])),
      [labels.due, due],
    ];
    return lines.map(([label, micros]) => `${label}: ${amountIn(micros, currency, writing)}\n`);
  });
}
