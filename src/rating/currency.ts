/**
 * ISO 4217 (list one, as of 2026): the currencies that a bill can be in, without funds codes, metals and the test code. They are
 * listed here rather than taken from `Intl`, which also has withdrawn currencies (ANG, HRK) and takes minor units from CLDR, where
 * they follow retail practice and not the standard.
 */
const codesByDecimals: readonly [decimals: number, codes: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE ' +
      'CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR ' +
      'KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB ' +
      'PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY ' +
      'TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  ],
];

const decimalsByCode: ReadonlyMap<string, number> = new Map(
  codesByDecimals.flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, decimals] as const)),
);

export const currencyCodes: readonly string[] = [...decimalsByCode.keys()].sort();

/** Upper case only: `USD`. */
export function isCurrency(code: string): boolean {
  return decimalsByCode.has(code);
}

/** Decimals of the minor unit: 2 for USD, 0 for JPY, and 2 for a code that is not listed. */
export function minorDecimals(currency: string): number {
  return decimalsByCode.get(currency) ?? 2;
}
