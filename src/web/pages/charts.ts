import { html, type Html } from '../html.ts';
import { table } from './elements.ts';

export type Bar = { label: string; value: number; path: string };

const height = 120;
const width = 24;
const gap = 6;

/** Bars drawn by the server, and below them the same as a table for who cannot see them. */
export function barChart({
  caption,
  columns: [first, second],
  bars,
  text = String,
}: {
  caption: string;
  columns: readonly [string, string];
  bars: readonly Bar[];
  text?: (value: number) => string;
}): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const drawn = bars.map(({ label, value, path }, at) => {
    const tall = Math.max(value === 0 ? 0 : 2, Math.round((value / most) * height));
    const x = at * (width + gap);
    const bar = html`<rect class="room" x="${x}" y="0" width="${width}" height="${height}"></rect
      ><rect x="${x}" y="${height - tall}" width="${width}" height="${tall}" rx="2">
        <title>${label}: ${text(value)}</title>
      </rect>`;
    return path === '' ? bar : html`<a href="${path}" tabindex="-1">${bar}</a>`;
  });
  const wide = Math.max(1, bars.length * (width + gap) - gap);
  const rows = bars.map(({ label, value, path }) => [
    path === '' ? label : html`<a href="${path}">${label}</a>`,
    text(value),
  ]);
  return html`<figure class="chart">
    <svg viewBox="0 0 ${wide} ${height}" aria-hidden="true" focusable="false">${drawn}</svg>
    <div class="axis" aria-hidden="true">
      <span>${bars[0]?.label ?? ''}</span><span>${bars.at(-1)?.label ?? ''}</span>
    </div>
    <details>
      <summary>${caption}</summary>
      ${table(caption, [first, { title: second, isNumber: true }], rows)}
    </details>
  </figure>`;
}

/** The largest of something, each with its name before it; the table with all of them stands below on the page. */
export function rankChart(caption: string, bars: readonly Bar[], text: (value: number) => string = String): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, path }) => {
    const share = Math.max(0.5, Math.round((value / most) * 1000) / 10);
    return html`<li>
      <span class="label">${path === '' ? label : html`<a href="${path}">${label}</a>`}</span>
      <svg aria-hidden="true" focusable="false"><rect width="${share}%" height="100%" rx="2"></rect></svg>
      <span class="number">${text(value)}</span>
    </li>`;
  });
  return html`<figure class="chart">
    <figcaption>${caption}</figcaption>
    <ul class="ranks">
      ${rows}
    </ul>
  </figure>`;
}
