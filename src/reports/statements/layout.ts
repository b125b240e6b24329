import { z } from 'zod';
import type { Result } from '../../words/result.ts';
import { messageOf } from '../../words/thrown.ts';
import { papers } from '../site.ts';
import { isLocale } from '../../words/locale.ts';
import { statementFieldNames } from './fields.ts';
import { payerKinds } from './payer.ts';
import { latePlaceholders, placeholders, unknownPlaceholder } from './texts.ts';

/** What lines are put together under, each with a subtotal. */
export const subtotalKinds = ['none', 'caller', 'account', 'department'] as const;
export type SubtotalKind = (typeof subtotalKinds)[number];

export const factNames = [
  'number',
  'issued',
  'period',
  'account',
  'client',
  'matter',
  'reference',
  'taxNumber',
  'dueDate',
] as const;
export type FactName = (typeof factNames)[number];

const early: readonly string[] = placeholders;
const any: readonly string[] = [...placeholders, ...latePlaceholders];

const textOf = (known: readonly string[]) =>
  z
    .string()
    .max(1000)
    .superRefine((text, context) => {
      const unknown = unknownPlaceholder(text, known);
      if (unknown === null) return;
      const why = (latePlaceholders as readonly string[]).includes(unknown)
        ? `{${unknown}} is known only once the calls are added up: it may stand in "closing"`
        : `there is no {${unknown}}: use ${known.map((name) => `{${name}}`).join(', ')}`;
      context.addIssue({ code: 'custom', message: why });
    });

const text = textOf(early);
const label = z.string().min(1, 'is empty').max(100);

const column = z.strictObject({
  field: z.enum(statementFieldNames),
  /** Default: the field's own. */
  title: label.optional(),
});

const labels = z.strictObject({
  subtotal: label.default('Subtotal'),
  calls: label.default('All calls'),
  sum: label.default('Sum of charges'),
  rounding: label.default('Rounding'),
  net: label.default('Total'),
  due: label.default('Total due'),
  /** In place of an amount. */
  free: label.default('free'),
  unpriced: label.default('no price yet'),
  none: label.default('No calls in this period.'),
});

const layout = z.strictObject({
  /** Of the page; may have placeholders. */
  title: text,
  /** What there is a statement for, unless --group says. */
  by: z.enum(payerKinds).default('account'),
  /** Makes the statement's number: {period} and {payer}. */
  number: textOf(['period', 'payer']).default('{period}-{payer}'),
  facts: z
    .array(z.strictObject({ fact: z.enum(factNames), title: label }))
    .max(12)
    .default([]),
  subtotals: z.enum(subtotalKinds).default('none'),
  columns: z.array(column).min(1, 'needs at least one column').max(20),
  labels: labels.prefault({}),
  opening: z.array(text).default([]),
  closing: z.array(textOf(any)).default([]),
  footer: text.default('{site}'),
  /** From the issue date until it is due. */
  dueDays: z.int().min(0).max(365).default(30),
  /** Charges the tax of the site (site.taxPercent). */
  tax: z.boolean().default(false),
  /** Says how the total was rounded. */
  rounding: z.boolean().default(true),
  charts: z.array(z.enum(['day', 'destination', 'department'])).default([]),
  paper: z.enum(papers).optional(),
  orientation: z.enum(['portrait', 'landscape']).optional(),
  locale: z
    .string()
    .refine((tag) => tag === '' || isLocale(tag), 'is no language and region such as de-CH')
    .optional(),
});

/** How statements look: built in, or a site's own file. */
export type Layout = z.output<typeof layout>;

/** Reads a layout. `where` names it, for who has to mend it. */
export function readLayout(value: unknown, where: string): Result<Layout> {
  const parsed = layout.safeParse(value);
  if (parsed.success) {
    const fields = parsed.data.columns.map(({ field }) => field);
    const twice = fields.find((field, at) => fields.indexOf(field) !== at);
    return twice === undefined ? { ok: true, value: parsed.data } : wrong(where, `"columns": ${twice} is there twice`);
  }
  const [issue] = parsed.error.issues;
  const path = issue?.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('') ?? '';
  const what = issue?.message ?? 'is no layout';
  return wrong(where, path === '' ? what : `"${path.replace(/^\./, '')}": ${what}`);
}

const wrong = (where: string, what: string) => ({ ok: false, problem: `layout ${where}: ${what}` }) as const;

/** Reads the text of a file. */
export function readLayoutText(json: string, where: string): Result<Layout> {
  try {
    return readLayout(JSON.parse(json.replace(/^\uFEFF/, '')), where);
  } catch (error) {
    return wrong(where, `is not JSON: ${messageOf(error)}`);
  }
}
