import { lookUpCost } from '../../../call/cost.ts';
import { payerFinder } from '../../../directory/payer.ts';
import { formatEnd, formatMoment } from '../../../directory/moment.ts';
import { readNumber, type CalledNumber } from '../../../numbers/read.ts';
import { keysOf } from '../../../numbers/written.ts';
import { formatIncrements } from '../../../rating/increments.ts';
import { formatMicros } from '../../../rating/money.ts';
import { price } from '../../../rating/price.ts';
import { prefixText, type Rate } from '../../../rating/rate.ts';
import type { RateTableSummary, RateVersion } from '../../../store/ports/rate-store.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { rateTexts as texts } from '../../texts/admin.ts';
import { browseTexts, uploadTexts } from '../../texts/rates.ts';
import { browsePath, rateBrowseRoutes, tableOf } from './browse.ts';
import { importPath, rateUploadRoutes } from './upload.ts';
import { rateVersionRoutes, versionPath } from './versions.ts';
import {
  back,
  badge,
  button,
  errorOf,
  errorSummary,
  facts,
  field,
  linkButton,
  moment,
  priceText,
  table,
  type FieldError,
} from '../elements.ts';

const usersOf = ({ isDefault, accounts, departments }: RateTableSummary): string => {
  const users = [
    ...(isDefault ? [texts.default] : []),
    ...(accounts > 0 ? [texts.accounts(accounts)] : []),
    ...(departments > 0 ? [texts.departments(departments)] : []),
  ];
  return users.length === 0 ? texts.nobody : users.join(', ');
};

async function list(visit: MemberVisit): Promise<Answer> {
  const { parts } = visit;
  const tables = await parts.store.listRateTables();
  const columns = [
    texts.table,
    texts.for,
    texts.currency,
    { title: texts.rates, isNumber: true },
    texts.file,
    texts.imported,
  ];
  const rows = tables.map((one): Part[] => [
    html`<a href="/rates/tables/${one.id}">${one.name}</a>`,
    one.problem ?? usersOf(one),
    one.currency,
    parts.site.writing.decimal(String(one.rates)),
    one.source ?? '',
    moment(visit, one.importedAtMs),
  ]);
  const mayImport = may(visit.user, 'rateChanges');
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${mayImport && html`<div class="actions">${linkButton(importPath(null), uploadTexts.title, 'primary')}</div>`}
    </div>
    ${table(texts.title, columns, rows, { empty: texts.none })} ${await explainSection(visit)}`;
  return { kind: 'page', title: texts.title, body };
}

async function history(visit: MemberVisit): Promise<Answer> {
  const { parts } = visit;
  const one = await tableOf(visit);
  const versions = await parts.store.listRateVersions(one.name);
  const mayGoBack = may(visit.user, 'rateChanges');
  const head = [texts.version, { title: texts.rates, isNumber: true }, texts.file, texts.imported];
  const columns = [...head, ...(mayGoBack ? [texts.goBack] : [])];
  const rows = versions.map((each): Part[] => {
    const { version, rates, source, importedAtMs, isCurrent } = each;
    return [
      html`${version}${isCurrent && html` ${badge(texts.current, 'good')}`}`,
      parts.site.writing.decimal(String(rates)),
      source ?? '',
      moment(visit, importedAtMs),
      ...(mayGoBack ? [goBackLink(one, each)] : []),
    ];
  });
  const body = html`${back('/rates', texts.title)}
    <div class="headline">
      <h1>${one.name}</h1>
      <div class="actions">
        ${linkButton(browsePath(one), browseTexts.browse)}
        ${mayGoBack && linkButton(importPath(one.name), uploadTexts.title, 'primary')}
      </div>
    </div>
    ${facts([
      [texts.for, usersOf(one)],
      [texts.currency, one.currency],
    ])}
    <h2>${texts.history}</h2>
    <p class="hint">${texts.historySays}</p>
    ${table(texts.history, columns, rows)}`;
  return { kind: 'page', title: one.name, body };
}

const goBackLink = (table: RateTableSummary, version: RateVersion): Part =>
  !version.isCurrent &&
  html`<a href="${versionPath(table, version)}">${texts.goBack}<span class="hidden">: ${version.version}</span></a>`;

export type PriceAsked = {
  number: CalledNumber;
  /** The number that the call goes out with; null: the one that the settings say. */
  from: CalledNumber | null;
  billableMs: number;
  accountId: number | null;
};

/** What was asked for, or what is wrong with it; null: nothing was. */
export async function priceAsked({ query, parts }: MemberVisit): Promise<PriceAsked | FieldError[] | null> {
  const [typed = '', seconds = '', account = '', calling = ''] = ['number', 'seconds', 'account', 'from'].map((name) =>
    (query.get(name) ?? '').trim(),
  );
  if (typed === '') return null;
  const read = (text: string) => readNumber(keysOf(text).slice(0, 40), parts.plan);
  const number = read(typed);
  const from = calling === '' ? null : read(calling);
  const payer = await payerFinder(parts.store)(account);
  const errors: FieldError[] = [
    ...(number.callType === null ? [{ field: 'number', text: texts.notInPlan }] : []),
    ...(from?.callType === null ? [{ field: 'from', text: texts.notInPlan }] : []),
    ...(seconds === '' || /^\d{1,6}$/.test(seconds) ? [] : [{ field: 'seconds', text: texts.badSeconds }]),
    ...(payer.ok ? [] : [{ field: 'account', text: payer.problem }]),
  ];
  if (number.callType === null || from?.callType === null || !payer.ok || errors.length > 0) return errors;
  return {
    ...{ number, from, accountId: payer.value },
    billableMs: Number(seconds === '' ? '60' : seconds) * 1000,
  };
}

async function explainSection(visit: MemberVisit): Promise<Html> {
  const asked = await priceAsked(visit);
  const errors = Array.isArray(asked) ? asked : [];
  const value = (name: string): string => visit.query.get(name) ?? '';
  return html`<section id="explain">
    <h2>${texts.explain}</h2>
    <p class="hint">${texts.explainSays}</p>
    ${errorSummary(errors)}
    <form class="filters" method="get" action="/rates#explain">
      ${field({ name: 'number', label: texts.number, value: value('number'), inputmode: 'tel', error: errorOf(errors, 'number') })}
      ${field({ name: 'seconds', label: texts.seconds, value: value('seconds') === '' ? '60' : value('seconds'), inputmode: 'numeric', width: 'short', error: errorOf(errors, 'seconds') })}
      ${field({ name: 'account', label: texts.account, hint: texts.anyAccount, value: value('account'), error: errorOf(errors, 'account') })}
      ${field({ name: 'from', label: texts.from, hint: texts.anyFrom, value: value('from'), inputmode: 'tel', error: errorOf(errors, 'from') })}
      ${button(texts.explain, 'secondary')}
    </form>
    ${asked !== null && !Array.isArray(asked) && (await explanation(visit, asked))}
  </section>`;
}

/** Which rate a call would have now, and what it would cost. */
export async function explained(visit: MemberVisit, { number, from, billableMs, accountId }: PriceAsked) {
  const { store, cost } = visit.parts;
  const account = accountId === null ? null : await store.findAccountById(accountId);
  const calling = from === null ? {} : { callingE164: from.e164 };
  const question = { account, extension: null, number, atMs: visit.nowMs, ...calling };
  const { assigned, candidates, found, month } = await lookUpCost(question, store, cost);
  const now = price({ answered: true, billableMs, callType: number.callType }, found, cost.freeCallTypes, month);
  return { assigned, candidates, used: found.kind === 'rate' ? found.rate : null, price: now };
}

async function explanation(visit: MemberVisit, asked: PriceAsked): Promise<Html> {
  const { keyed, e164 } = asked.number;
  const { assigned, candidates, used, price: now } = await explained(visit, asked);
  return html`${facts([
      [texts.number, e164 === null || e164 === keyed ? keyed : `${keyed} = ${e164}`],
      [texts.table, assigned?.table.name ?? ''],
      [texts.price, priceText(now, now.kind === 'unrated' ? texts.unrated(now.why) : '')],
      [texts.arithmetic, now.kind === 'priced' ? now.arithmetic : ''],
    ])}
    <h3>${texts.candidates}</h3>
    ${candidateTable(visit, candidates, used)}`;
}

function candidateTable({ parts }: MemberVisit, candidates: readonly Rate[], used: Rate | null): Html {
  const { time } = parts.site;
  const columns = [
    texts.prefix,
    texts.destination,
    ...[texts.minute, texts.connect].map((title) => ({ title, isNumber: true })),
    texts.increments,
    texts.validFrom,
    texts.validUntil,
  ];
  const rows = candidates.map((rate): Part[] => [
    html`${prefixText(rate.prefix)}${rate.scope !== 'all' && html` ${badge(rate.scope)}`}${rate.status === 'closed' && html` ${badge(texts.closed, 'bad')}`}${rate === used && html` ${badge(texts.used, 'good')}`}`,
    rate.destination,
    formatMicros(rate.priceMicros, 2),
    formatMicros(rate.connectFeeMicros, 2),
    formatIncrements(rate),
    rate.validFromMs === null ? '' : formatMoment(rate.validFromMs, time),
    rate.validUntilMs === null ? '' : formatEnd(rate.validUntilMs, time),
  ]);
  return table(texts.candidates, columns, rows, { empty: texts.noCandidates });
}

export const rateRoutes: readonly Route[] = [
  get('/rates', areas.rates, list),
  get('/rates/tables/:id', areas.rates, history),
  ...rateBrowseRoutes,
  ...rateVersionRoutes,
  ...rateUploadRoutes,
];
