import type { FieldTable } from '../../../words/directory/field.ts';
import { html } from '../../html.ts';
import type { Answer, MemberVisit } from '../../route.ts';
import { memberTexts as texts } from '../../texts/directory.ts';
import { button, form, hidden, linkButton, table } from '../elements.ts';
import { capital, type Texts } from './fields.ts';

type Versions = { now: Texts; mine: Texts; version: string; from: string };

/** What was typed is not lost: both versions stand beside each other, and either may be kept. */
export function stalePage(visit: MemberVisit, fields: FieldTable, { now, mine, version, from }: Versions): Answer {
  const shown = (isCode: boolean, text: string): string => (isCode ? '…' : text);
  const rows = Object.entries(fields)
    .filter(([name]) => (now[name] ?? '') !== (mine[name] ?? '').replaceAll('\r\n', '\n'))
    .map(([name, { header, kind }]) => {
      const isCode = kind === 'billing-code';
      return [capital(header), shown(isCode, now[name] ?? ''), shown(isCode, mine[name] ?? '')];
    });
  const columns = [texts.field, texts.now, texts.yours];
  const kept = Object.entries(mine).map(([name, text]) => hidden(name, text));
  const saving = html`${hidden('version', version)}${kept}${button(texts.saveMine, 'secondary')}`;
  const body = html`<h1>${texts.staleTitle}</h1>
    <div class="stale" role="alert"><p>${texts.stale}</p></div>
    ${table(texts.staleTitle, columns, rows)}
    <div class="actions">${form(visit, `${from}/edit`, saving)}${linkButton(from, texts.keepTheirs, 'primary')}</div>`;
  return { kind: 'page', title: texts.staleTitle, body, status: 409 };
}
