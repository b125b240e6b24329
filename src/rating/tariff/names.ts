import { plainName } from './column-names.ts';
import type { ColumnOptions, ColumnPlan } from './columns.ts';

/** What stands in the place of a destination's name, and is none: then the line's price may be for other numbers than it seems. */

const sums = [
  ...['total', 'totals', 'grand total', 'subtotal', 'sub total', 'sum', 'count', 'average', 'avg', 'mean', 'median'],
  ...['minimum', 'maximum', 'gesamt', 'summe', 'durchschnitt', 'anzahl', 'mittelwert', 'somme', 'moyenne', 'totale'],
  ...['media', 'promedio', 'suma', 'soma', 'média'],
];

const isSum = (cell: string): boolean => sums.includes(plainName(cell));

/** Whether one of its cells says that a line is made from others: `Total`, and `Total Europe`, which may be somebody's name where there is a prefix. */
export const namesSum = (cells: readonly string[]): boolean =>
  cells.some((cell) => isSum(cell) || /^(?:(?:sub|grand) )?totals? /.test(plainName(cell)));

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
  const wholeCountry = columns.includes('area code') ? -1 : columns.indexOf('country code');
  const code = columns.includes('prefix') ? columns.indexOf('prefix') : wholeCountry;
  const namesAt = (kind: 'destination' | 'country') => columns.flatMap((column, at) => (column === kind ? [at] : []));
  const ofNames = namesAt('destination');
  const areCodes = (places: number[]) =>
    places.filter((at) => !mapped.has(plainName(header[at] ?? '')) && !isNumbered(header[at] ?? ''));
  const may = [
    ...areCodes(ofNames).map((at) => ({ at, own: 'area code', other: 'country code', called: 'an area code' })),
    ...areCodes(columns.includes('prefix') ? namesAt('country') : []).map((at) => {
      return { at, own: 'country code', other: 'area code', called: 'a country code' };
    }),
  ];
  return (cells) => [
    ...ofNames.flatMap((at) => {
      const name = cells[at] ?? '';
      return isSum(name)
        ? [
            `the line may be a sum of the others (${JSON.stringify(name.trim())}): take it out, or name the destination otherwise`,
          ]
        : [];
    }),
    ...may.flatMap(({ at, own, other, called }) => {
      const name = (cells[at] ?? '').trim();
      if (code === -1 || header.length === 0 || !/^\+?\d[\d\s,;/|-]*$/.test(name)) return [];
      const quote = (place: number): string => JSON.stringify(header[place] ?? '');
      const map = (place: number, column: string): string => `--map "${quote(place).slice(1, -1)}=${column}"`;
      // Of a country code column nothing has to be said.
      const both = columns[code] === other ? map(at, own) : `${map(at, own)} ${map(code, other)}`;
      return [
        `the column ${quote(at)} holds ${JSON.stringify(name.slice(0, 40))}: ${called}, with ${both}, or a name, with ${map(at, 'destination')}`,
      ];
    }),
  ];
}
