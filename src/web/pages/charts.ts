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
    return html`<a href="${path}" tabindex="-1"
      ><rect class="room" x="${at * (width + gap)}" y="0" width="${width}" height="${height}"></rect
      ><rect x="${at * (width + gap)}" y="${height - tall}" width="${width}" height="${tall}" rx="2"
        ><title>${label}: ${text(value)}</title></rect
      ></a
    >`;
  });
  const wide = Math.max(1, bars.length * (width + gap) - gap);
  const rows = bars.map(({ label, value, path }) => [html`<a href="${path}">${label}</a>`, text(value)]);
  return html`<figure class="chart">
    <svg viewBox="0 0 ${wide} ${height}" aria-hidden="true" focusable="false">${drawn}</svg>
    <div class="axis" aria-hidden="true">
      <span>${bars[0]?.label ?? ''}</span><span>${bars.at(-1)?.label ?? ''}</span>
    </div>
    <details>
      <summary>${caption}</summary>
      ${table(caption, [{ title: first }, { title: second, isNumber: true }], rows)}
    </details>
  </figure>`;
}
