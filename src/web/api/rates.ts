import { z } from 'zod';
import { prefixText, type Rate } from '../../rating/rate.ts';
import { areas } from '../access/areas.ts';
import { ratesPage, tableOf } from '../pages/rates/browse.ts';
import { explained, priceAsked } from '../pages/rates/rates.ts';
import { browseTexts } from '../texts/rates.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { api } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';
import { amount, amountOf, priceJson, priceSchema } from './prices.ts';
import { invalid } from './problem.ts';
import { isoOf } from './record-fields.ts';

const rateSchema = z.object({
  prefix: z.string().describe('first digits of the E.164 number; *: every number that has no other rate'),
  ...{ scope: z.string(), status: z.string(), destination: z.string(), currency: z.string() },
  ...{ price: amount().describe('a minute'), connectFee: amount(), minimumCharge: amount() },
  ...{ firstIncrementMs: z.int(), nextIncrementMs: z.int(), graceMs: z.int() },
  ...{ validFrom: z.iso.datetime().nullable(), validUntil: z.iso.datetime().nullable() },
});

const rateJson = (rate: Rate): z.infer<typeof rateSchema> => ({
  ...{ prefix: prefixText(rate.prefix), scope: rate.scope, status: rate.status, destination: rate.destination },
  ...{ currency: rate.currency, price: amountOf(rate.priceMicros), connectFee: amountOf(rate.connectFeeMicros) },
  minimumCharge: amountOf(rate.minimumChargeMicros),
  ...{ firstIncrementMs: rate.firstIncrementMs, nextIncrementMs: rate.nextIncrementMs, graceMs: rate.graceMs },
  ...{ validFrom: isoOf(rate.validFromMs), validUntil: isoOf(rate.validUntilMs) },
});

const schema = z.object({
  number: z.string(),
  e164: z.string().nullable(),
  callType: z.string().nullable(),
  table: z.string().nullable().describe('the rate table that counts'),
  price: priceSchema,
  rate: rateSchema.nullable().describe('the one that is used'),
  candidates: z.array(rateSchema).describe('those whose prefix the number begins with, the best first'),
});

async function explain(visit: ApiVisit): Promise<ApiAnswer> {
  const asked = await priceAsked(visit);
  if (asked === null) throw invalid([{ field: 'number', detail: 'is missing' }]);
  if (Array.isArray(asked)) throw invalid(asked.map(({ field, text }) => ({ field, detail: text })));
  const { assigned, candidates, used, price } = await explained(visit, asked);
  const { keyed: number, e164, callType } = asked.number;
  return {
    value: {
      ...{ number, e164, callType, table: assigned?.table.name ?? null, price: priceJson(price) },
      ...{ rate: used === null ? null : rateJson(used), candidates: candidates.map(rateJson) },
    },
  };
}

const tableSchema = z.object({
  ...{ id: z.int(), name: z.string(), currency: z.string(), rates: z.int(), version: z.int() },
  ...{ isDefault: z.boolean(), accounts: z.int(), departments: z.int() },
  ...{ source: z.string().nullable(), importedAt: z.iso.datetime().nullable() },
});

async function listTables({ parts }: ApiVisit): Promise<ApiAnswer> {
  const tables = await parts.store.listRateTables();
  const items = tables.map(({ id, name, currency, rates, version, isDefault, accounts, departments, ...one }) => ({
    ...{ id, name, currency, rates, version, isDefault, accounts, departments },
    ...{ source: one.source, importedAt: isoOf(one.importedAtMs) },
  }));
  return { value: { items, next: null } };
}

async function listRates(visit: ApiVisit): Promise<ApiAnswer> {
  const { id } = await tableOf(visit);
  const page = await ratesPage(visit, id, limitIn(visit.query));
  if (page === null) throw invalid([{ field: 'q', detail: browseTexts.unknown }]);
  return { value: { items: page.rates.map(rateJson), next: page.next } };
}

const query = z.strictObject({
  number: z.string().min(1).max(60).describe('as a caller would key it'),
  seconds: z.string().max(10).optional().describe('of conversation; 60 unless given'),
  from: z
    .string()
    .max(60)
    .optional()
    .describe('the number that the call goes out with; the one that the settings say unless given'),
  account: z.string().max(100).optional().describe('name or code; the default table unless given'),
});

export const rateApi: readonly ApiRoute[] = [
  api(
    'GET /rates/tables',
    areas.rates,
    {
      ...{ id: 'listRateTables', summary: 'The rate tables, and who is charged by them', scope: 'rates:read' },
      ...{ query: z.strictObject({}), gives: { name: 'RateTablePage', schema: pageOf(tableSchema) }, status: 200 },
    },
    listTables,
  ),
  api(
    'GET /rates/tables/:id/rates',
    areas.rates,
    {
      ...{ id: 'listRates', summary: 'The rates of a table in the order of their prefixes', scope: 'rates:read' },
      query: z.strictObject({
        q: z
          .string()
          .max(100)
          .optional()
          .describe('the beginning of a number with its country code, or a country; *: the rate for everything else'),
        ...pageQuery,
      }),
      ...{ gives: { name: 'RatePage', schema: pageOf(rateSchema) }, status: 200 },
    },
    listRates,
  ),
  api(
    'GET /rates/explain',
    areas.rates,
    {
      ...{
        id: 'explainRate',
        summary: 'Which rate a call would have now, and what it would cost as the next one of the month',
        scope: 'rates:read',
      },
      ...{ query, gives: { name: 'Explanation', schema }, status: 200 },
    },
    explain,
  ),
];
