import { parseArgs } from 'node:util';
import { readNumber } from '../../numbers/read.ts';
import { formatDecimal, parseDecimal } from '../../rating/money.ts';
import { findRate, rateInForce, scopesOf } from '../../rating/find-rate.ts';
import { callingNumberOf } from '../../call/cost.ts';
import { lookUpMonth, lookUpRates } from '../../rating/look-up.ts';
import { price } from '../../rating/price.ts';
import type { Price } from '../../rating/price.ts';
import type { CallMonth } from '../../rating/month.ts';
import { isValidAt } from '../../rating/rate.ts';
import type { AssignedBy, Rate, RateTable } from '../../rating/rate.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import { momentOption } from './context.ts';
import type { RateScope } from '../../rating/scope.ts';
import type { RatesContext } from './context.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { formatMoment } from '../../directory/moment.ts';
import { rateText } from '../../directory/rates-difference.ts';
import { priceText, settingsText } from './view.ts';

const options = {
  seconds: { type: 'string' },
  account: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What is shown, and what `--json` prints. */
type Explanation = {
  number: string;
  e164: string | null;
  callType: string;
  seconds: number;
  at: string;
  table: RateTable | null;
  assignedBy: AssignedBy | null;
  rate: Rate | null;
  /** Other rates whose prefix the number begins with, the best first: valid at that time, and not. */
  others: Rate[];
  notValid: Rate[];
  /** What the call has, by the peak hours of the table. */
  scopes: readonly RateScope[];
  /** Its month so far; the call would be its last one. */
  month: CallMonth;
  price: Price;
};

const assignments: Record<AssignedBy, string> = {
  account: "the account's",
  department: "the department's",
  default: 'the default',
};

export async function explain(args: string[], context: RatesContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { store, plan, freeCallTypes, stdout, time, nowMs } = context;
  const keyed = onlyOne(positionals, 'NUMBER').replace(/[\s().-]/g, '');
  const number = readNumber(keyed, plan);
  if (number.callType === null) throw new UsageError(`${keyed} is not a number in the dial plan`);
  const billableMs = secondsOption(values.seconds ?? '60');
  const atMs = values.at === undefined ? nowMs() : momentOption('--at', values.at, context);
  const account = values.account === undefined ? null : await store.findAccountByCode(values.account);
  if (values.account !== undefined && account === null) throw new UsageError('no account has this code');

  const { e164, callType } = number;
  const calling = values.from === undefined ? null : readNumber(values.from.replace(/[\s().-]/g, ''), plan);
  if (calling?.callType === null) throw new UsageError(`--from ${values.from ?? ''} is not a number in the dial plan`);
  const callingE164 = calling === null ? callingNumberOf({ account, extension: null, number }, context) : calling.e164;
  const charged = { accountId: account?.id ?? null, departmentId: account?.departmentId ?? null };
  const { assigned, question, candidates } = await lookUpRates({ ...charged, e164, callingE164, atMs }, store);
  const found = findRate(question, candidates);
  const rate = rateInForce(question, candidates);
  const month = await lookUpMonth({ ...charged, account, callType, e164, atMs }, store, context.timeZone);
  const explanation: Explanation = {
    month,
    number: keyed,
    e164,
    callType,
    seconds: billableMs / 1000,
    at: formatMoment(atMs, time),
    table: assigned?.table ?? null,
    assignedBy: assigned?.by ?? null,
    rate,
    others: candidates.filter((other) => other !== rate && isValidAt(other, atMs)),
    scopes: scopesOf(question),
    notValid: candidates.filter((other) => !isValidAt(other, atMs)),
    price: price({ answered: true, billableMs, callType }, found, freeCallTypes, month),
  };
  if (values.json === true) printJson(stdout, explanation);
  else print(stdout, linesOf(explanation, time));
  return explanation.price.kind === 'unrated' ? 1 : 0;
}

function secondsOption(text: string): number {
  const parsed = parseDecimal(text, 3);
  if (!parsed.ok) throw new UsageError(`--seconds: ${parsed.problem}`);
  if (parsed.value > 31 * 86_400_000) throw new UsageError('--seconds: the maximum is a month');
  return parsed.value;
}

function linesOf(explanation: Explanation, time: SiteTime): string[] {
  const { number, e164, callType, at, table, assignedBy, rate, others, notValid, scopes, price } = explanation;
  const lines = [`Number:  ${number}${e164 === null || e164 === number ? '' : ` = ${e164}`}, ${callType}, at ${at}`];
  if (table !== null && assignedBy !== null) {
    lines.push(`Table:   ${table.name} (${settingsText(table)}), ${assignments[assignedBy]}`);
  }
  if (rate !== null) {
    lines.push(`Rate:    ${rateText(rate, time)} (id ${rate.id}, version ${rate.version})`);
    lines.push(`Because: ${becauseOf(rate, others)}`);
    if (rate.status === 'closed') lines.push('Closed:  calls to it are refused');
  }
  for (const other of others) lines.push(`  not    ${rateText(other, time)}: ${whyNot(other, rate, scopes)}`);
  for (const other of notValid) lines.push(`  not    ${rateText(other, time)}: not valid at that time`);
  if (price.kind === 'priced' && price.month !== undefined) lines.push(`Month:   ${monthText(explanation.month)}`);
  if (price.kind === 'priced') lines.push(`Price:   ${price.arithmetic}`);
  lines.push(`Charge:  ${priceText(price)}`);
  return lines;
}

const minutesText = (ms: number): string => `${formatDecimal(Math.round(ms / 60), 3)} min`;

/** `2026-11 so far: 12.5 of 100 min included are used` */
function monthText({ month, allowanceMs, place }: CallMonth): string {
  const included =
    allowanceMs === null
      ? []
      : [`${minutesText(Math.min(allowanceMs, place.includedMs))} of ${minutesText(allowanceMs)} included are used`];
  const tiered = place.tieredMs === 0 ? [] : [`${minutesText(place.tieredMs)} at rates with tiers`];
  return `${month} so far: ${[...included, ...tiered].join(', ') || 'no calls'}`;
}

function becauseOf(rate: Rate, others: readonly Rate[]): string {
  if (others.length === 0) return 'no other rate matches the number at that time';
  const same = others.filter(({ prefix }) => prefix === rate.prefix);
  const isNewest = same.some(({ validFromMs }) => validFromMs !== rate.validFromMs);
  const scope = rate.scope === 'all' ? '' : `, ${rate.scope} at that time`;
  return `longest prefix${scope}${isNewest ? ', and of those the newest' : ''}`;
}

function whyNot(other: Rate, rate: Rate | null, scopes: readonly RateScope[]): string {
  if (!scopes.includes(other.scope)) return `for ${other.scope} calls alone`;
  if (other.prefix !== rate?.prefix) return 'shorter prefix';
  return other.validFromMs === rate.validFromMs ? `there is one for ${rate.scope} calls` : 'older';
}
