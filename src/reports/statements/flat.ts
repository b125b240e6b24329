import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { columnOf } from './fields.ts';
import type { Layout } from './layout.ts';
import type { Statement } from './statement.ts';

/** What each line says of its statement. */
const ofStatement: readonly { column: Column; cell: (statement: Statement) => Cell }[] = [
  { column: { key: 'statement', title: 'Statement', kind: 'text' }, cell: ({ number }) => number },
  { column: { key: 'payer', title: 'Billed to', kind: 'text' }, cell: ({ payer }) => payer.name },
  { column: { key: 'client', title: 'Client', kind: 'text' }, cell: ({ payer }) => payer.client },
  { column: { key: 'matter', title: 'Matter', kind: 'text' }, cell: ({ payer }) => payer.matter },
  { column: { key: 'reference', title: 'Reference', kind: 'text' }, cell: ({ payer }) => payer.reference },
];

type About = Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>;

/** All statements as one list of calls, for formats that programs read. */
export function flatDocument(about: About, { columns }: Layout, statements: AsyncIterable<Statement>): ReportDocument {
  const fields = columns.map(({ field, title }) => columnOf(field, title));
  const isNamed = fields.some(({ key }) => key === 'currency');
  const under: Column = { key: 'under', title: 'Under', kind: 'text' };
  const status: Column = { key: 'status', title: 'Status', kind: 'text' };
  const own = [...fields, ...(isNamed ? [] : [columnOf('currency')])];
  const shown = [...ofStatement.map(({ column }) => column), under, ...own, status];
  const sums = new Map<string, Map<string, bigint>>();
  const notes: string[] = [];
  const summed: Row[] = [];

  async function* rows(): AsyncGenerator<readonly Row[]> {
    for await (const statement of statements) {
      const head = ofStatement.map(({ cell }) => cell(statement));
      const cellOf = cellsBy(statement);
      let group: string | null = null;
      for await (const piece of statement.rows) {
        const lines: Row[] = [];
        for (const row of piece) {
          if (row.kind === 'group') group = row.label;
          if (row.kind !== 'call') continue;
          const cells = own.map((column) => ({ column, cell: cellOf(column.key, row.cells) }));
          lines.push([...head, group, ...cells.map(amountAlone), statusOf(cells)]);
        }
        yield lines;
      }
      summed.push(...summaryRows(statement, head));
      for (const cells of statement.totals()) addTo(sums, statement, cells);
      notes.push(...statement.unpriced());
    }
  }

  return {
    ...about,
    columns: shown,
    rows: rows(),
    totals: () =>
      [...sums].map(([currency, byKey]) =>
        shown.map(({ key }, at) => (at === 0 ? 'Total' : key === 'currency' ? currency : (byKey.get(key) ?? null))),
      ),
    notes: () => notes,
    sheets: () => [
      { name: 'Statements', columns: [...ofStatement.map(({ column }) => column), ...summaryColumns], rows: summed },
    ],
  };
}

/** What each statement asks for, in each currency. */
const summaryColumns: readonly Column[] = [
  { key: 'calls', title: 'Calls', kind: 'count' },
  { key: 'currency', title: 'Currency', kind: 'text' },
  { key: 'exact', title: 'Sum of charges', kind: 'money' },
  { key: 'rounding', title: 'Rounding', kind: 'money' },
  { key: 'net', title: 'Total', kind: 'money' },
  { key: 'tax', title: 'Tax', kind: 'money' },
  { key: 'due', title: 'Total due', kind: 'money' },
];

const summaryRows = (statement: Statement, head: Row): Row[] =>
  statement
    .sums()
    .map(({ currency, payable: { exact, rounding, net, tax, due } }) => [
      ...[...head, statement.calls(), currency],
      ...[exact, rounding, net, tax, due],
    ]);

type Placed = { column: Column; cell: Cell };

/** A column of amounts holds nothing else, so that it can be added up. */
const isWord = ({ column, cell }: Placed): boolean => column.kind === 'money' && typeof cell === 'string';
const amountAlone = (placed: Placed): Cell => (isWord(placed) ? null : placed.cell);
/** What stands on paper in place of an amount. */
const statusOf = (cells: readonly Placed[]): Cell => cells.find(isWord)?.cell ?? null;

/** Of a statement in one currency, each line has it. */
function cellsBy({ columns }: Statement): (key: string, cells: Row) => Cell {
  const places = new Map(columns.map(({ key }, at) => [key, at]));
  const only = columns.find(({ currency }) => currency !== undefined)?.currency ?? null;
  return (key, cells) => {
    const at = places.get(key);
    return at === undefined ? (key === 'currency' ? only : null) : (cells[at] ?? null);
  };
}

const summedKeys = ['cost', 'charge'] as const;

function addTo(sums: Map<string, Map<string, bigint>>, statement: Statement, cells: Row): void {
  const cellOf = cellsBy(statement);
  const currency = cellOf('currency', cells);
  if (typeof currency !== 'string') return;
  const byKey = sums.get(currency) ?? new Map<string, bigint>();
  for (const key of summedKeys) {
    const cell = cellOf(key, cells);
    if (typeof cell === 'bigint') byKey.set(key, (byKey.get(key) ?? 0n) + cell);
  }
  sums.set(currency, byKey);
}
