import { dayText, startOfDay, wallClock, type Period } from '../period.ts';
import { type Zone } from '../../words/zone.ts';
import type { ReportSite } from '../site.ts';
import type { Writing } from '../writing.ts';
import type { FactName, Layout } from './layout.ts';
import type { Payer } from './payer.ts';
import { filled, type Values } from './texts.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** `202603` of a whole month, else the first and last day. */
function periodMark({ fromMs, untilMs }: Period, zone: Zone): string {
  const [from, last] = [wallClock(fromMs, zone), wallClock(untilMs - 1, zone)];
  const isMonth =
    startOfDay(from.year, from.month, 1, zone) === fromMs && startOfDay(from.year, from.month + 1, 1, zone) === untilMs;
  if (isMonth) return `${from.year}${two(from.month)}`;
  return [from, last].map((day) => dayText(day).replaceAll('-', '')).join('-');
}

const letters = { account: 'A', client: 'C', department: 'D' } as const;

/** `A17`; `A0`: calls without an account. */
export const payerMark = ({ kind, id }: Payer): string => `${letters[kind]}${id ?? 0}`;

/** The same whenever it is made for this payer and period. */
export const numberOf = (payer: Payer, { number }: Layout, period: Period, zone: Zone): string =>
  filled(number, { period: periodMark(period, zone), payer: payerMark(payer) });

export const addresseeOf = ({ client, name, address }: Payer): string[] => [client === '' ? name : client, ...address];

type ValuesContext = {
  number: string;
  writing: Writing;
  site: ReportSite;
  period: Period;
  issuedAtMs: number;
  dueAtMs: number;
};

/** The beginning of the day that is so many days later. */
export function dayAfter(atMs: number, days: number, zone: Zone): number {
  const { year, month, day } = wallClock(atMs, zone);
  return startOfDay(year, month, day + days, zone);
}

/** What placeholders stand for. */
export function valuesOf(payer: Payer, { site, period, issuedAtMs, dueAtMs, number, writing }: ValuesContext): Values {
  const [from, to] = [writing.date(period.fromMs), writing.date(period.untilMs - 1)];
  return {
    ...{ number, from, to, period: from === to ? from : `${from} – ${to}` },
    ...{ site: site.name, taxNumber: site.taxNumber, issued: writing.date(issuedAtMs), dueDate: writing.date(dueAtMs) },
    ...{ payer: payer.name, client: payer.client, matter: payer.matter, reference: payer.reference },
  };
}

/** The facts that there are. */
export function factsOf({ facts }: Layout, values: Values): { title: string; value: string }[] {
  const valueOf = (fact: FactName) => values[fact === 'account' ? 'payer' : fact] ?? '';
  return facts.map(({ fact, title }) => ({ title, value: valueOf(fact) })).filter(({ value }) => value !== '');
}
