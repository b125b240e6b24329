import { formatEnd, formatMoment } from '../../../directory/moment.ts';
import { countryNames } from '../../../numbers/country-names.ts';
import { beginningsOf, beginningWith, prefixesOfCountry } from '../../../numbers/country-prefixes.ts';
import { keysOf } from '../../../numbers/written.ts';
import type { PrefixSpan } from '../../../words/prefix-span.ts';
import { formatIncrements } from '../../../rating/increments.ts';
import { formatMicros } from '../../../rating/money.ts';
import { prefixText, type Rate } from '../../../rating/rate.ts';
import type { RatePlace, RateTableSummary } from '../../../store/ports/rate-store.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html, type Part } from '../../html.ts';
import { get, NotFound, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { rateTexts as texts } from '../../texts/admin.ts';
import { browseTexts } from '../../texts/rates.ts';
import { formTexts } from '../../texts.ts';
import { askedIn, back, badge, button, field, pager, table, withQuery } from '../elements.ts';

/** The rates of a table, a page at a time, by prefix or country. */

const pageSize = 50;
const everything: readonly PrefixSpan[] = [{ from: '', until: null }];
const countriesIn = countryNames();

export const browsePath = ({ id }: RateTableSummary): string => `/rates/tables/${id}/rates`;

/** Typed digits of a number, with its country code; null: it is something else. */
function digitsIn(typed: string): string | null {
  const digits = keysOf(typed.trim()).replace(/^(?:\+|00)/, '');
  return /^\d{1,15}$/.test(digits) ? digits : null;
}

/** What somebody looks for; null: it is neither the beginning of a number nor a country. */
export function spansAsked(typed: string): readonly PrefixSpan[] | null {
  const text = typed.trim();
  if (text === '') return everything;
  if (text === '*') return [{ from: '', until: '0' }];
  const digits = digitsIn(text);
  if (digits !== null) return [beginningWith(digits)];
  const letters = /^[A-Za-z]{2}$/.test(text) ? prefixesOfCountry(text.toUpperCase()) : [];
  if (letters.length > 0) return letters;
  const [country, ...others] = [...countriesIn(text)];
  // A name such as "Korea" stands for several.
  return country === undefined || others.length > 0 ? null : prefixesOfCountry(country);
}

/** `44|1767225600000|peak` */
const placeText = ({ prefix, validFromMs, scope }: RatePlace): string => `${prefix}|${validFromMs ?? ''}|${scope}`;

export function placeIn(text: string | null): RatePlace | null {
  const [all, prefix = '', from = '', scope = ''] = /^(\d{0,15})\|(-?\d{0,16})\|([a-z-]{1,20})$/.exec(text ?? '') ?? [];
  return all === undefined ? null : { prefix, validFromMs: from === '' ? null : Number(from), scope };
}

export async function tableOf({ parts, params }: MemberVisit): Promise<RateTableSummary> {
  const found = (await parts.store.listRateTables()).find(({ id }) => String(id) === params['id']);
  if (found === undefined) throw new NotFound();
  return found;
}

/** A page of rates, and the place that the next one begins after; null: none is asked for that can be found. */
export async function ratesPage(
  { parts, query }: MemberVisit,
  tableId: number,
  limit: number,
): Promise<{ rates: Rate[]; next: string | null } | null> {
  const spans = spansAsked((query.get('q') ?? '').slice(0, 100));
  if (spans === null) return null;
  const found = await parts.store.pageRates({ tableId, spans, after: placeIn(query.get('after')), limit: limit + 1 });
  const rates = found.slice(0, limit);
  const last = found.length > limit ? rates.at(-1) : undefined;
  return { rates, next: last === undefined ? null : placeText(last) };
}

/** Where no rate begins with the digits asked for: those of fewer digits, which hold for them. */
async function shorterRates({ parts, query }: MemberVisit, tableId: number, found: readonly Rate[]): Promise<Rate[]> {
  const digits = digitsIn((query.get('q') ?? '').slice(0, 100));
  if (digits === null || found.length > 0 || query.has('after')) return [];
  return parts.store.pageRates({ tableId, spans: beginningsOf(digits), after: null, limit: 10 * pageSize });
}

async function browse(visit: MemberVisit): Promise<Answer> {
  const { query } = visit;
  const one = await tableOf(visit);
  const page = await ratesPage(visit, one.id, pageSize);
  const shorter = await shorterRates(visit, one.id, page?.rates ?? []);
  const path = (after: string | null): string => withQuery(browsePath(one), { q: askedIn(query)['q'], after });
  const title = browseTexts.title(one.name);
  const body = html`${back(`/rates/tables/${one.id}`, one.name)}
    <h1>${title}</h1>
    <form class="filters" method="get" action="${browsePath(one)}" role="search">
      <div class="field grows">
        ${field({ name: 'q', label: browseTexts.search, hint: browseTexts.searchHint, type: 'search', value: query.get('q') ?? '', width: 'long', error: page === null ? browseTexts.unknown : null })}
      </div>
      ${button(formTexts.search, 'secondary')}
    </form>
    ${shorter.length > 0 && html`<p>${browseTexts.shorter(digitsIn(query.get('q') ?? '') ?? '')}</p>`}
    ${page !== null && rateTable(visit, one, shorter.length > 0 ? shorter : page.rates)}
    ${page !== null && pager(page.next === null ? null : path(page.next), query.has('after') ? path(null) : null)}`;
  return { kind: 'page', title, body, status: page === null ? 422 : 200 };
}

const marks = ({ scope, status }: Rate): Html =>
  html`${scope !== 'all' && html` ${badge(scope)}`}${status === 'closed' && html` ${badge(texts.closed, 'bad')}`}`;

function rateTable({ parts }: MemberVisit, { name, currency }: RateTableSummary, rates: readonly Rate[]): Html {
  const { time } = parts.site;
  const columns = [
    texts.prefix,
    texts.destination,
    ...[browseTexts.minute(currency), texts.connect, browseTexts.minimum].map((title) => ({ title, isNumber: true })),
    texts.increments,
    texts.validFrom,
    texts.validUntil,
  ];
  const rows = rates.map((rate): Part[] => [
    html`${prefixText(rate.prefix)}${marks(rate)}`,
    rate.destination,
    html`${rate.status === 'closed' ? '' : formatMicros(rate.priceMicros, 2)}${rate.tiers !== '' && html` <span class="hint">${browseTexts.tiers(rate.tiers)}</span>`}`,
    formatMicros(rate.connectFeeMicros, 2),
    formatMicros(rate.minimumChargeMicros, 2),
    formatIncrements(rate),
    rate.validFromMs === null ? '' : formatMoment(rate.validFromMs, time),
    rate.validUntilMs === null ? '' : formatEnd(rate.validUntilMs, time),
  ]);
  return table(browseTexts.title(name), columns, rows, { empty: browseTexts.none });
}

export const rateBrowseRoutes: readonly Route[] = [get('/rates/tables/:id/rates', areas.rates, browse)];
