import type { RatesSource, RateStore, RateVersion } from './rate-store.ts';

/** The rates of an earlier version, as an import reads them. */
export function versionSource(
  store: Pick<RateStore, 'exportRates'>,
  table: string,
  currency: string,
  { version, source }: RateVersion,
): RatesSource {
  return {
    name: `version ${version}${source === null ? '' : `, ${source.replace(/^version \d+, /, '')}`}`,
    currency: () => currency,
    async *batches() {
      let line = 0;
      for await (const rates of store.exportRates(table, version)) {
        yield rates.map((rate) => ({ line: (line += 1), rates: [rate] }));
      }
    },
  };
}
