import type { Chart } from '../chart.ts';
import type { Column, Row } from '../document.ts';
import type { Period } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import type { Paper } from '../site.ts';
import type { Writing } from '../writing.ts';
import type { Layout } from './layout.ts';
import type { Payable } from './payable.ts';
import type { Payer } from './payer.ts';

/** One line below the head of a statement. */
export type StatementRow =
  { kind: 'group'; label: string } | { kind: 'call'; cells: Row } | { kind: 'subtotal'; label: string; cells: Row };

/** What is asked for in one currency. */
export type ClosingSum = {
  currency: string;
  payable: Payable;
  /** Of the tax; null: there is none. */ tax: string | null;
};

/** What one account, client or department is given of its calls. */
export type Statement = {
  title: string;
  /** The same whenever it is made for this payer and period. */
  number: string;
  issuedAtMs: number;
  dueAtMs: number;
  period: Period;
  zone: Zone;
  payer: Payer;
  /** Name and address, as on an envelope. */
  addressee: readonly string[];
  facts: readonly { title: string; value: string }[];
  opening: readonly string[];
  columns: readonly Column[];
  /** To be read once. */
  rows: AsyncIterable<readonly StatementRow[]>;
  /** Once the rows are read: how many there were, and sums by currency. */
  calls(): number;
  sums(): readonly ClosingSum[];
  /** Of all rows, one for each currency. */
  totals(): readonly Row[];
  /** A line where calls have no price. */
  unpriced(): readonly string[];
  /** Below the sums, once the rows are read. */
  closing(): readonly string[];
  footer: string;
  labels: Layout['labels'];
  charts: () => Promise<readonly Chart[]>;
  paper: Paper;
  orientation: 'portrait' | 'landscape' | null;
  writing: Writing;
};
