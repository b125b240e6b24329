import { z } from 'zod';
import type { Result } from '../../words/result.ts';
import { presets } from '../period.ts';
import type { Calendar } from '../period-text.ts';
import { isMailAddress } from '../../words/mail-address.ts';
import type { RequestField } from '../problem.ts';
import { readRequest, type Asked } from '../request.ts';

const maximumDayOfMonth = 28;

const schedule = z
  .strictObject({
    /** Names the file too. */
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'must be letters, digits, dots and dashes'),
    report: z.string(),
    /** Of the day that the report is made: `last-month`, made on the first, is the month before. */
    preset: z.enum(presets),
    every: z.enum(['day', 'week', 'month']),
    /** Day of the week, 1 is Monday, or of the month; default: 1. */
    on: z.int().min(1).max(maximumDayOfMonth).optional(),
    /** In the site's time zone. */
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 06:00'),
    group: z.string().optional(),
    'then-by': z.string().optional(),
    filter: z.array(z.string()).optional(),
    order: z.string().optional(),
    limit: z.int().optional(),
    compare: z.boolean().optional(),
    layout: z.string().optional(),
    paper: z.string().optional(),
    locale: z.string().optional(),
    bom: z.boolean().optional(),
    format: z.enum(['csv', 'json', 'xlsx', 'pdf', 'ledes', 'quickbooks', 'xero', 'invoices']),
    /** Statements one by one: each to its payer, by e-mail unless there is a folder. */
    each: z.boolean().optional(),
    /** Addresses; with `each`, of payers who have none. */
    mailTo: z.array(z.string().refine(isMailAddress, 'must be e-mail addresses')).min(1).optional(),
    folder: z.string().min(1).optional(),
  })
  .refine(
    ({ mailTo, folder, each }) => (each === true ? mailTo === undefined || folder === undefined : !mailTo !== !folder),
    'needs either "mailTo" or "folder"',
  )
  .refine(({ each, report }) => each !== true || report === 'statement', '"each" is for the report statement')
  .refine(({ every, on = 1 }) => on <= (every === 'week' ? 7 : maximumDayOfMonth), '"on" is 1 (Monday) to 7 for a week')
  .refine(({ every, on }) => every !== 'day' || on === undefined, '"on" is for a week or a month');

/** One report that is made and sent again and again. */
export type ReportSchedule = z.infer<typeof schedule>;

/** A field by its key in the configuration. */
export const keyOf = (field: RequestField): string => `"${field === 'thenBy' ? 'then-by' : field}"`;

/** What a schedule asks for at that moment. */
export function readScheduled(scheduled: ReportSchedule, atMs: number, calendar: Calendar): Result<Asked> {
  const { report, limit, 'then-by': thenBy, ...asked } = scheduled;
  const read = readRequest({ ...asked, name: report, thenBy, limit: limit?.toString() }, atMs, calendar);
  return read.ok ? read : { ok: false, problem: read.problem(keyOf) };
}

export type ScheduleOptions = Calendar & {
  /** There is a mail server. */
  canMail: boolean;
  /** Told of what still works but should be written otherwise. */
  warn: (line: string) => void;
};

/** One schedule, or what is wrong with it. */
export function readSchedule(given: unknown, { canMail, warn, ...calendar }: ScheduleOptions): Result<ReportSchedule> {
  const parsed = schedule.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    return { ok: false, problem: `${path === '' ? '' : `"${path}": `}${issue?.message ?? 'is not a schedule'}` };
  }
  const { mailTo, folder, each } = parsed.data;
  const asked = readScheduled(parsed.data, 0, calendar);
  if (!asked.ok) return asked;
  if (mailTo !== undefined && !canMail) return { ok: false, problem: '"mailTo" needs mail.url and mail.from' };
  if (each === true && folder === undefined && !canMail)
    return { ok: false, problem: '"each" needs mail.url and mail.from, or "folder"' };
  const { request, formerName } = asked.value;
  if (formerName !== null) warn(`the report "${formerName}" is now called "${request.name}"`);
  return { ok: true, value: parsed.data };
}

/** The schedules of the configuration. Throws an `Error` of one line that names the schedule and what is wrong with it. */
export function readSchedules(texts: readonly unknown[], options: ScheduleOptions): ReportSchedule[] {
  const names = new Set<string>();
  return texts.map((text, at) => {
    const about = (what: string) => `reports.schedules, ${nameOf(text) ?? `number ${at + 1}`}: ${what}`;
    const read = readSchedule(text, { ...options, warn: (line) => options.warn(about(line)) });
    if (!read.ok) throw new Error(about(read.problem));
    if (names.has(read.value.name)) throw new Error(about('there are two with this name'));
    names.add(read.value.name);
    return read.value;
  });
}

function nameOf(text: unknown): string | null {
  const hasName = typeof text === 'object' && text !== null && 'name' in text;
  return hasName && typeof text.name === 'string' ? `"${text.name}"` : null;
}
