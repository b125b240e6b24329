import type { Chart } from '../../chart.ts';
import { accent, grey, hairline, type Pages } from './page.ts';
import type { Tags } from './tags.ts';

const titleSize = 9;
const size = 7.25;
const titleHeight = 18;
const columnsHeight = 92;
const barHeight = 13;

const heightOf = ({ kind, bars }: Chart): number =>
  titleHeight + (kind === 'columns' ? columnsHeight + 16 : bars.length * barHeight) + 8;

/** In words, for who cannot see it. */
const described = ({ title, bars }: Chart): string =>
  `${title}: ${bars.map(({ label, shown }) => `${label} ${shown}`).join(', ')}`;

/** Columns from left to right, with every so manyeth label, and the largest value at the axis. */
function drawColumns({ pdf, type, left, right, y }: Pages, { bars }: Chart): void {
  const top = y + titleHeight;
  const bottom = top + columnsHeight;
  const maximum = Math.max(...bars.map(({ value }) => value), 1);
  const largest = bars.find(({ value }) => value === maximum)?.shown ?? '';
  const axis = type.width(largest, size) + 6;
  const step = (right - left - axis) / bars.length;
  for (const share of [0, 0.5, 1]) {
    const at = bottom - share * columnsHeight;
    pdf
      .moveTo(left + axis, at)
      .lineTo(right, at)
      .lineWidth(0.4)
      .stroke(hairline);
  }
  type.draw(largest, left, top + size / 2 - 1, { size, color: grey });
  type.draw('0', left + axis - 6 - type.width('0', size), bottom + size / 2 - 1, { size, color: grey });
  const widest = Math.max(...bars.map(({ label }) => type.width(label, size))) + 6;
  const every = Math.max(1, Math.ceil(widest / step));
  for (const [at, { label, value }] of bars.entries()) {
    const x = left + axis + at * step;
    const height = (value / maximum) * columnsHeight;
    if (height > 0) pdf.rect(x + step * 0.14, bottom - height, Math.min(step * 0.72, 40), height).fill(accent);
    if (at % every !== 0) continue;
    const centred = x + step * 0.14 + Math.min(step * 0.72, 40) / 2 - type.width(label, size) / 2;
    const start = Math.min(Math.max(centred, left + axis - 4), right - type.width(label, size));
    type.draw(label, start, bottom + size + 4, { size, color: grey });
  }
}

/** Bars below each other, each with its name before and its value behind it. */
function drawBars({ pdf, type, left, right, y }: Pages, { bars }: Chart): void {
  const maximum = Math.max(...bars.map(({ value }) => value), 1);
  const names = Math.min(Math.max(...bars.map(({ label }) => type.width(label, size))), (right - left) * 0.35) + 8;
  const values = Math.max(...bars.map(({ shown }) => type.width(shown, size))) + 8;
  const room = right - left - names - values;
  for (const [at, { label, value, shown }] of bars.entries()) {
    const top = y + titleHeight + at * barHeight;
    const [first = '', ...more] = type.lines(label, names - 8, size);
    type.draw(more.length === 0 ? first : `${first}…`, left, top + 8, { size });
    const width = Math.max((value / maximum) * room, 0.5);
    pdf.rect(left + names, top + 1.5, width, barHeight - 5).fill(accent);
    type.draw(shown, left + names + width + 5, top + 8, { size, color: grey });
  }
}

/** Vectors, so that it is sharp on paper. */
export function drawChart(pages: Pages, tags: Tags, chart: Chart): void {
  if (chart.bars.length === 0) return;
  if (!pages.fits(heightOf(chart))) pages.next();
  tags.figure(described(chart), () => {
    pages.type.draw(chart.title, pages.left, pages.y + titleSize, { size: titleSize, weight: 'bold', color: accent });
    if (chart.kind === 'columns') drawColumns(pages, chart);
    else drawBars(pages, chart);
  });
  pages.y += heightOf(chart);
}
