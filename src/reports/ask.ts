import { isReportName, reportNames } from './catalog.ts';
import { problemOf } from './compose.ts';
import type { ReportRequest } from './compose.ts';
import { readFilters } from './filters.ts';
import { formats } from './format.ts';
import type { Format } from './format.ts';
import { readPeriod } from './period-text.ts';
import type { AskedPeriod } from './period-text.ts';
import type { Zone } from './period.ts';
import { callOrders, groupings } from './report.ts';
import type { Result } from '../words/result.ts';

/** What is asked for, as options of the command line; a schedule says the same. */
export type AskedReport = AskedPeriod & {
  name: string;
  group?: string | undefined;
  'then-by'?: string | undefined;
  filter?: readonly string[] | undefined;
  order?: string | undefined;
  limit?: string | undefined;
  format?: string | undefined;
};

export type Asked = { request: ReportRequest; format: Format };

function oneOf<T extends string>(option: string, text: string | undefined, words: readonly T[]): Result<T | undefined> {
  const value = words.find((candidate) => candidate === text);
  if (text === undefined || value !== undefined) return { ok: true, value };
  return { ok: false, problem: `${option}: there is no "${text}": use one of ${words.join(', ')}` };
}

function limitOf(text: string | undefined): Result<number | undefined> {
  if (text === undefined) return { ok: true, value: undefined };
  if (!/^[1-9]\d{0,6}$/.test(text)) return { ok: false, problem: '--limit must be a whole number from 1 to 9999999' };
  return { ok: true, value: Number(text) };
}

/** Checks all that was asked for; a period without dates is taken from `nowMs`. */
export function readAsked(asked: AskedReport, nowMs: number, zone: Zone): Result<Asked> {
  const { name, filter: filterTexts = [] } = asked;
  if (!isReportName(name))
    return { ok: false, problem: `there is no report "${name}": use one of ${reportNames.join(', ')}` };
  const period = readPeriod(asked, nowMs, zone);
  if (!period.ok) return period;
  const filters = readFilters(filterTexts);
  if (!filters.ok) return filters;
  const group = oneOf('--group', asked.group, groupings);
  if (!group.ok) return group;
  const thenBy = oneOf('--then-by', asked['then-by'], groupings);
  if (!thenBy.ok) return thenBy;
  const order = oneOf('--order', asked.order, callOrders);
  if (!order.ok) return order;
  const limit = limitOf(asked.limit);
  if (!limit.ok) return limit;
  const format = oneOf('--format', asked.format, formats);
  if (!format.ok) return format;
  const request: ReportRequest = {
    ...{ name, zone, filterTexts, period: period.value, filters: filters.value },
    ...(group.value === undefined ? {} : { group: group.value }),
    ...(thenBy.value === undefined ? {} : { thenBy: thenBy.value }),
    ...(order.value === undefined ? {} : { order: order.value }),
    ...(limit.value === undefined ? {} : { limit: limit.value }),
  };
  const problem = problemOf(request);
  return problem === null ? { ok: true, value: { request, format: format.value ?? 'table' } } : { ok: false, problem };
}
