import { z } from 'zod';
import type { ReportedCall } from '../../reports/report.ts';
import { callRecordFieldNames, listedFields } from '../../words/call-record.ts';
import type { LiveCall } from '../../words/live-call.ts';
import { livePhases } from '../../words/live-call.ts';
import { areas } from '../access/areas.ts';
import { callFilterNames, foundCalls, readAsked } from '../pages/calls/list.ts';
import { cutOff, foundLive, liveCallsOf } from '../pages/calls/live.ts';
import { setAccount } from '../pages/calls/live-account.ts';
import { foundCall, moveTo, storyOf } from '../pages/calls/story.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { moveJson, moveShape } from './moves.ts';
import { liveTexts } from '../texts/calls.ts';
import { api } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';
import { amount, amountOf, priceJson, priceSchema } from './prices.ts';
import { ApiProblem, invalid } from './problem.ts';
import { isoOf, recordJson, recordShape } from './record-fields.ts';

const nullableText = (): z.ZodNullable<z.ZodString> => z.string().nullable();

const callSchema = z.object({
  ...recordShape(listedFields),
  ...{ account: nullableText(), department: nullableText(), number: z.string(), destination: nullableText() },
  ...{ answered: z.boolean(), price: z.enum(['priced', 'free', 'unrated']).nullable(), currency: nullableText() },
  ...{ cost: amount(), charge: amount(), billedMs: z.int().nullable(), arithmetic: nullableText() },
});

const callJson = (call: ReportedCall): object => {
  const { account, department, number, destination, answered, price, currency, billedMs, arithmetic } = call;
  return {
    ...recordJson(call, listedFields),
    ...{ account, department, number, destination, answered, price, currency, billedMs, arithmetic },
    ...{ cost: amountOf(call.costMicros), charge: amountOf(call.chargeMicros) },
  };
};

async function list(visit: ApiVisit): Promise<ApiAnswer> {
  const asked = readAsked(visit);
  if (!asked.ok) throw invalid([{ field: '', detail: asked.problem }]);
  const { shown, next } = await foundCalls(visit, asked.value, limitIn(visit.query));
  return { value: { items: shown.map(callJson), next } };
}

const storySchema = z.object({
  record: z.object(recordShape()),
  prices: z.array(
    priceSchema.extend({
      version: z.int(),
      isCurrent: z.boolean(),
      pricedAt: z.iso.datetime(),
      reratingId: z.int().nullable(),
    }),
  ),
  moves: z.array(z.object(moveShape)),
  corrections: z.array(
    z.object({ correctedAt: z.iso.datetime(), before: z.object(recordShape()), after: z.object(recordShape()) }),
  ),
});

async function story(visit: ApiVisit): Promise<ApiAnswer> {
  const found = await foundCall(visit);
  const { prices, moves, corrections } = await storyOf(visit, found);
  const whole = (record: typeof found): object => recordJson(record, callRecordFieldNames);
  return {
    value: {
      record: whole(found),
      prices: prices.map(({ price, version, isCurrent, pricedAtMs, reratingId }) => ({
        ...priceJson(price),
        ...{ version, isCurrent, pricedAt: isoOf(pricedAtMs), reratingId },
      })),
      moves: moves.map(moveJson),
      corrections: corrections.map(({ correctedAtMs, before, after }) => ({
        ...{ correctedAt: isoOf(correctedAtMs), before: whole(before), after: whole(after) },
      })),
    },
  };
}

const moveSchema = z.strictObject({
  account: z.string().min(1).max(100).describe('name or code of the account to charge'),
  reason: z.string().min(1).max(400),
});

async function move(visit: ApiVisit, { account, reason }: z.infer<typeof moveSchema>): Promise<ApiAnswer> {
  const errors = await moveTo(visit, await foundCall(visit), { sought: account.trim(), why: reason.trim() });
  if (errors.length > 0) {
    throw invalid(errors.map(({ field, text }) => ({ field: field === 'why' ? 'reason' : field, detail: text })));
  }
  return story(visit);
}

const liveFields = [
  ...(['callId', 'controller', 'extension', 'callerName', 'accountId', 'accountName', 'departmentId'] as const),
  ...(['keyedNumber', 'calledE164', 'callType', 'startedAtMs'] as const),
];
const liveSchema = z.object({
  ...recordShape(liveFields),
  phase: z.enum(livePhases),
  answeredSince: z.iso.datetime().nullable(),
});

const liveJson = (call: LiveCall): object => ({
  ...recordJson(call, liveFields),
  ...{ phase: call.phase, answeredSince: isoOf(call.answeredSinceMs) },
});

/** The oldest first; `next` is how many were given before. */
async function listLive(visit: ApiVisit): Promise<ApiAnswer> {
  const calls = await liveCallsOf(visit);
  const from = Number(visit.query.get('after') ?? 0);
  const limit = limitIn(visit.query);
  const until = from + limit;
  return {
    value: { items: calls.slice(from, until).map(liveJson), next: calls.length > until ? String(until) : null },
  };
}

async function end(visit: ApiVisit): Promise<ApiAnswer> {
  const call = await foundLive(visit);
  const came = await cutOff(visit, call);
  switch (came) {
    case 'ended':
      return { value: liveJson(call) };
    case 'not-here':
      throw new ApiProblem(409, `${liveTexts.accountNotSet['not-here']}.`);
    case 'emergency':
      throw new ApiProblem(409, 'That is an emergency call: only its two sides end it.');
  }
}

const accountSchema = z.strictObject({
  account: z.string().min(1).max(100).describe('name or code of the account that pays for the whole call'),
});

async function setLiveAccount(visit: ApiVisit, { account }: z.infer<typeof accountSchema>): Promise<ApiAnswer> {
  const problem = await setAccount(visit, await foundLive(visit), account.trim());
  if (problem?.kind === 'field') throw invalid([{ field: 'account', detail: problem.text }]);
  if (problem !== null) throw new ApiProblem(409, `${problem.text}.`);
  const { callId } = visit.params;
  const call = (await visit.parts.controller.live()).find((one) => one.callId === callId);
  if (call === undefined) throw new ApiProblem(409, `${liveTexts.accountNotSet['not-here']}.`);
  return { value: liveJson(call) };
}

const callQuery = z.strictObject({
  preset: z
    .string()
    .max(40)
    .optional()
    .describe('a period: today, yesterday, this-week, last-month …; last-7-days unless one is given'),
  from: z.string().max(40).optional().describe('a day or a moment, of the site or with an offset'),
  to: z.string().max(40).optional().describe('a day counts whole; a moment is exclusive'),
  ...Object.fromEntries(callFilterNames.map((name) => [name, z.string().max(200).optional()])),
  ...pageQuery,
});

const liveQuery = z.strictObject({
  q: z.string().max(100).optional().describe('part of account, extension or number'),
  ...pageQuery,
  after: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional()
    .describe('`next` of the page before'),
});

const Story = { name: 'CallStory', schema: storySchema };

export const callApi: readonly ApiRoute[] = [
  api(
    'GET /calls',
    areas.calls,
    {
      ...{ id: 'listCalls', summary: 'Calls that are over, the latest first', scope: 'calls:read', query: callQuery },
      ...{ gives: { name: 'CallPage', schema: pageOf(callSchema) }, status: 200 },
    },
    list,
  ),
  api(
    'GET /calls/:callId',
    areas.calls,
    { id: 'getCall', summary: 'One call’s whole story', scope: 'calls:read', gives: Story, status: 200 },
    story,
  ),
  api(
    'POST /calls/:callId/move',
    areas.callChanges,
    {
      ...{
        id: 'moveCall',
        summary: 'Charges a call to another account',
        scope: 'calls:write',
        gives: Story,
        status: 200,
      },
      body: { name: 'Move', schema: moveSchema },
    },
    move,
  ),
  api(
    'GET /live-calls',
    areas.live,
    {
      ...{
        id: 'listLiveCalls',
        summary: 'Calls that are up now, the oldest first',
        scope: 'live:read',
        query: liveQuery,
      },
      ...{ gives: { name: 'LiveCallPage', schema: pageOf(liveSchema) }, status: 200 },
    },
    listLive,
  ),
  api(
    'POST /live-calls/:callId/account',
    areas.callChanges,
    {
      ...{
        id: 'setLiveCallAccount',
        summary: 'Sets who pays for a call that is up, by the rules that a caller with that code meets',
        scope: 'live:write',
      },
      ...{ gives: { name: 'LiveCall', schema: liveSchema }, status: 200 },
      body: { name: 'LiveCallAccount', schema: accountSchema },
    },
    setLiveAccount,
  ),
  api(
    'POST /live-calls/:callId/end',
    areas.callChanges,
    {
      ...{ id: 'endLiveCall', summary: 'Ends a call; nobody ends an emergency call', scope: 'live:write' },
      ...{ gives: { name: 'LiveCall', schema: liveSchema }, status: 200 },
    },
    end,
  ),
];
