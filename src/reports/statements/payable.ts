import { minorDecimals } from '../../rating/currency.ts';
import { divideRounded, formatMicros } from '../../rating/money.ts';

/** A tax on the net total: percent in ten-thousandths, 8.1 % is 81,000. */
export type Tax = { readonly name: string; readonly tenThousandths: number };

/** What a statement asks for, in micro-units; each part but `exact` is a whole number of the currency's smallest unit. */
export type Payable = {
  /** The sum of the charges as they are. */
  exact: bigint;
  /** What was added to it, or taken off, to get something that can be paid. */
  rounding: bigint;
  /** `exact` and `rounding`. */
  net: bigint;
  tax: bigint;
  due: bigint;
};

/** The currency's smallest unit: 0.01 USD, 1 JPY, 0.001 KWD. */
export const smallestUnit = (currency: string): bigint => 10n ** BigInt(6 - minorDecimals(currency));

const wholeTenThousandths = 1_000_000n;

function rounded(numerator: bigint, denominator: bigint, unit: bigint): bigint {
  return divideRounded(numerator, denominator * unit, 'half-up') * unit;
}

/** The sum is rounded half up to the smallest unit, and so is the tax on that. */
export function payable(exact: bigint, currency: string, tax: Tax | null): Payable {
  const unit = smallestUnit(currency);
  const net = rounded(exact, 1n, unit);
  const added = tax === null ? 0n : rounded(net * BigInt(tax.tenThousandths), wholeTenThousandths, unit);
  return { exact, rounding: net - exact, net, tax: added, due: net + added };
}

/**
 * Gives each charge as a whole number of the smallest unit, so that they add up to what the sum of all is rounded to: each takes over
 * what the ones before it were rounded by. None is off by a whole unit or more.
 */
export function payableShares(currency: string): (chargeMicros: bigint) => bigint {
  const unit = smallestUnit(currency);
  let [exact, given] = [0n, 0n];
  return (chargeMicros) => {
    exact += chargeMicros;
    const share = rounded(exact, 1n, unit) - given;
    given += share;
    return share;
  };
}

/** How the total came about, for who pays. */
export function roundingNote({ exact, net }: Payable, currency: string): string {
  const amount = (micros: bigint) => `${formatMicros(micros, minorDecimals(currency))} ${currency}`;
  const unit = amount(smallestUnit(currency));
  return exact === net
    ? `The total is the exact sum of the charges in ${currency}.`
    : `The charges add up to ${amount(exact)}, rounded half up to the nearest ${unit}: ${amount(net)}.`;
}
