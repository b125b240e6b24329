import { parseDecimal } from '../../rating/money.ts';
import type { ReportSite } from '../site.ts';
import type { Tax } from './payable.ts';

/** The tax that the site sets; null: none. The configuration checked it. */
export function taxOf({ taxName, taxPercent }: Pick<ReportSite, 'taxName' | 'taxPercent'>): Tax | null {
  if (taxPercent === '') return null;
  const percent = parseDecimal(taxPercent, 4);
  if (!percent.ok) throw new Error(`site.taxPercent: ${percent.problem}`);
  return { name: taxName, tenThousandths: percent.value };
}

/** Up to 100, with up to four decimals; empty: no tax. */
export function isTaxPercent(text: string): boolean {
  if (text === '') return true;
  const percent = parseDecimal(text, 4);
  return percent.ok && percent.value <= 1_000_000;
}
