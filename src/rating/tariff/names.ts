import { plainName } from './column-names.ts';
import type { ColumnOptions, ColumnPlan } from './columns.ts';

/** What stands in the place of a destination's name, and is none: then the line's price may be for other numbers than it seems. */

const sums = [
  ...['total', 'totals', 'grand total', 'subtotal', 'sub total', 'sum', 'count', 'average', 'avg', 'mean', 'median'],
  ...['minimum', 'maximum', 'gesamt', 'summe', 'durchschnitt', 'anzahl', 'mittelwert', 'somme', 'moyenne', 'totale'],
  ...['media', 'promedio', 'suma', 'soma', 'média'],
];

/** Zones and routes have numbers for names. */
const isNumbered = (name: string): boolean =>
  /\b(?:zone|region|route|band|operator|network|carrier)\b/.test(plainName(name));

/** Of a line, what is wrong with its names. */
export function namesIn(
  header: readonly string[],
  { columns }: ColumnPlan,
  { columns: { map } }: { columns: Pick<ColumnOptions, 'map'> },
): (cells: readonly string[]) => string[] {
  const mapped = new Set(Object.keys(map).map(plainName));
  const code = columns.indexOf('prefix');
  const ofNames = columns.flatMap((column, at) => (column === 'destination' ? [at] : []));
  const ofCodes = ofNames.filter((at) => !mapped.has(plainName(header[at] ?? '')) && !isNumbered(header[at] ?? ''));
  return (cells) => [
    ...ofNames.flatMap((at) => {
      const name = cells[at] ?? '';
      return sums.includes(plainName(name))
        ? [
            `the line may be a sum of the others (${JSON.stringify(name.trim())}): take it out, or name the destination otherwise`,
          ]
        : [];
    }),
    ...ofCodes.flatMap((at) => {
      const name = (cells[at] ?? '').trim();
      if (code === -1 || header.length === 0 || !/^\d[\d\s,;/|-]*$/.test(name) || !/\d{2}/.test(name)) return [];
      const [title, codes] = [JSON.stringify(header[at]), JSON.stringify(header[code]).slice(1, -1)];
      const own = title.slice(1, -1);
      return [
        `the column ${title} holds ${JSON.stringify(name.slice(0, 40))}: an area code, with --map "${own}=area code" ` +
          `--map "${codes}=country code", or a name, with --map "${own}=destination"`,
      ];
    }),
  ];
}
