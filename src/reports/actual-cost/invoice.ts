import type { Result } from '../../words/result.ts';
import { isCurrency } from '../../rating/currency.ts';
import { parseDecimal } from '../../rating/money.ts';
import type { RequestProblem } from '../problem.ts';

/** What a carrier's invoice may be spread in proportion to. */
export const spreadings = ['cost', 'duration'] as const;
export type Spreading = (typeof spreadings)[number];

/** What calls may be put together by. */
export const costGroupings = ['account', 'department', 'extension', 'destination'] as const;
export type CostGrouping = (typeof costGroupings)[number];

/** A carrier's invoice. */
export type CarrierInvoice = { micros: bigint; currency: string; by: Spreading };

const maximumDecimals = 6;

/** `1234.56 USD` */
export function readInvoice(
  text: string | undefined,
  by: string | undefined,
): Result<CarrierInvoice | undefined, RequestProblem> {
  if (text === undefined) {
    if (by === undefined) return { ok: true, value: undefined };
    return { ok: false, problem: (nameOf) => `${nameOf('by')} is for ${nameOf('invoice')}` };
  }
  const [, amount = '', currency = ''] = /^\s*(\S+)\s+([A-Z]{3})\s*$/.exec(text) ?? [];
  const read = parseDecimal(amount, maximumDecimals);
  if (!isCurrency(currency) || !read.ok || read.value === 0) {
    return {
      ok: false,
      problem: (nameOf) => `${nameOf('invoice')}: write its amount and currency, as in "1234.56 USD", not "${text}"`,
    };
  }
  const spreading = spreadings.find((one) => one === (by ?? 'cost'));
  if (spreading !== undefined) {
    return { ok: true, value: { micros: BigInt(read.value), currency, by: spreading } };
  }
  return {
    ok: false,
    problem: (nameOf) => `${nameOf('by')}: there is no "${by ?? ''}": use one of ${spreadings.join(', ')}`,
  };
}
