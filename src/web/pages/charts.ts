import { html, type Html } from '../html.ts';
import { table } from './elements.ts';

export type Bar = { label: string; value: number; path: string };

const height = 120;
const width = 720;
/** Fewer bars are no wider than of so many. */
const fewest = 7;

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
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const place = width / Math.max(fewest, bars.length);
  const drawn = bars.map(({ label, value, path }, at) => {
    const tall = value === 0 ? 0 : Math.max(2, Math.round((value / most) * height));
    const across = html`x="${(at * place).toFixed(2)}" width="${(place * 0.8).toFixed(2)}"`;
    const bar = html`<rect class="room" ${across} y="0" height="${height}"></rect
      ><rect ${across} y="${height - tall}" height="${tall}">
        <title>${label}: ${text(value)}</title>
      </rect>`;
    return path === '' ? bar : html`<a href="${path}" tabindex="-1">${bar}</a>`;
  });
  const rows = bars.map(({ label, value, path }) => [
    path === '' ? label : html`<a href="${path}">${label}</a>`,
    text(value),
  ]);
  const [from = '', to = ''] = [bars[0]?.label, bars.at(-1)?.label];
  return html`<figure class="chart">
    ${most > 0 && html`<p class="most" aria-hidden="true">${text(most)}</p>`}
    <svg class="bars" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      ${drawn}
    </svg>
    <p class="axis${bars.length < fewest && ' few'}" aria-hidden="true">
      <span>${from}</span>${to !== from && html`<span>${to}</span>`}
    </p>
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
