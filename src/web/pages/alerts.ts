import type { AlertDelivery, AlertFields, AlertLevel, KeptAlert } from '../../words/alert.ts';
import { html, type Html, type Part } from '../html.ts';
import type { MemberVisit } from '../route.ts';
import { alertTexts as texts } from '../texts/alerts.ts';
import { badge, moment, table } from './elements.ts';

const badges: Readonly<Record<AlertLevel, 'warn' | 'bad'>> = { warning: 'warn', critical: 'bad' };

/** Alerts with what became of them; where another controller saw one of them, with which. `empty`: what is said where there are none. */
export function alertTable(visit: MemberVisit, alerts: readonly KeptAlert[], empty: string): Html {
  const areOfOthers = alerts.some(({ controller }) => controller !== visit.parts.controllerName);
  const rows = alerts.map(({ atMs, level, text, fields, callId, controller, deliveries }): Part[] => [
    moment(visit, atMs),
    badge(texts.levels[level], badges[level]),
    html`<div>${text}${particularsOf(fields)}</div>`,
    ...(areOfOthers ? [controller] : []),
    callId === null ? '' : html`<a href="/calls/${encodeURIComponent(callId)}">${texts.itsCall}</a>`,
    deliveries.length === 0 ? texts.logAlone : deliveries.map(toldText).join('; '),
  ]);
  const columns = [
    texts.when,
    texts.level,
    texts.what,
    ...(areOfOthers ? [texts.controller] : []),
    texts.call,
    texts.told,
  ];
  return table(texts.title, columns, rows, { empty });
}

/** `callBackNumber` is read as three words. */
function particularsOf(fields: AlertFields): Part {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    .map(
      ([name, value]) =>
        `${name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${String(value)}`,
    );
  return said.length > 0 && html`<br /><span class="hint">${said.join('; ')}</span>`;
}

function toldText({ way, deliveredAtMs, givenUpAtMs, error }: AlertDelivery): string {
  const name = texts.ways[way];
  if (deliveredAtMs !== null) return texts.delivered(name);
  if (givenUpAtMs !== null) return texts.givenUp(name, error ?? '');
  return error === null ? texts.waiting(name) : texts.failing(name, error);
}
