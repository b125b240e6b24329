import { differenceLines } from '../../../directory/rates-difference.ts';
import type { RateTableSummary, RateVersion } from '../../../store/ports/rate-store.ts';
import { areas } from '../../access/areas.ts';
import { html } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { rateTexts as texts } from '../../texts/admin.ts';
import { tableOf } from './browse.ts';
import { back, button, errorSummary, form, linkButton, type FieldError } from '../elements.ts';

/** Going back to an earlier version of a rate table. */

export const versionPath = (table: RateTableSummary, { version }: RateVersion): string =>
  `/rates/tables/${table.id}/versions/${version}`;

async function found(visit: MemberVisit) {
  const { parts, params } = visit;
  const table = await tableOf(visit);
  const version = (await parts.store.listRateVersions(table.name)).find(
    (one) => String(one.version) === params['version'],
  );
  if (version === undefined || version.isCurrent) throw new NotFound();
  return { table, version };
}

const entryFor = (visit: MemberVisit, table: RateTableSummary, version: RateVersion) =>
  entryOf(visit, 'rates-restored', `rate table ${table.name}`, {
    before: { version: String(table.version) },
    after: { version: `as version ${version.version} was` },
  });

async function page(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const { parts } = visit;
  const { table, version } = await found(visit);
  const title = texts.goBackTitle(version.version, table.name);
  const result = await parts.restoreRates(entryFor(visit, table, version), { table, version, dryRun: true });
  const problems = result.kind === 'refused' ? [{ field: '', text: texts.contradicts }] : errors;
  const lines = result.kind === 'refused' ? [] : differenceLines(result.difference, parts.site.time);
  const body = html`${back(`/rates/tables/${table.id}`, table.name)}
    <h1>${title}</h1>
    <p class="lead">${texts.goBackSays}</p>
    ${errorSummary(problems)}
    <h2>${texts.changes}</h2>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>
    <div class="actions">
      ${result.kind !== 'refused' && form(visit, versionPath(table, version), button(texts.goBackButton(version.version)))}
      ${linkButton(`/rates/tables/${table.id}`, formTexts.cancel)}
    </div>`;
  return { kind: 'page', title, body, status: problems.length === 0 ? 200 : 422 };
}

async function goBack(visit: MemberVisit): Promise<Answer> {
  const { table, version } = await found(visit);
  const result = await visit.parts.restoreRates(entryFor(visit, table, version), { table, version, dryRun: false });
  if (result.kind !== 'imported') return page(visit, [{ field: '', text: texts.contradicts }]);
  return { kind: 'redirect', to: `/rates/tables/${table.id}`, said: 'rates-restored' };
}

export const rateVersionRoutes: readonly Route[] = [
  get('/rates/tables/:id/versions/:version', areas.rateChanges, (visit) => page(visit)),
  post('/rates/tables/:id/versions/:version', areas.rateChanges, (visit) =>
    visit.parts.inTurn('rates', () => goBack(visit)),
  ),
];
