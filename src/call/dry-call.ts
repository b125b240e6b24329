import { callerPhone } from './caller-phone.ts';
import { costOf, ratedBy } from './cost.ts';
import { inquireCode, inquireNumber, type InquirySettings } from './inquiry.ts';
import type { CallDirectory, CallLimits, LimitedParties } from './ports.ts';
import type { CallEvent } from './machine/events.ts';
import { readNumber } from '../numbers/read.ts';
import type { UsageBook } from '../policy/limits/book.ts';
import { limitStates, moneyStates, type LimitState } from '../policy/limits/explain.ts';
import type { MoneyBook } from '../policy/limits/money-book.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { findRate } from '../rating/find-rate.ts';
import { price, type Price } from '../rating/price.ts';
import type { AssignedBy, Rate, RateTable } from '../rating/rate.ts';
import type { CallType } from '../words/call-type.ts';
import type { Account } from '../words/directory.ts';
import type { Reason } from '../words/outcome.ts';

type Books = { usage: UsageBook; money: MoneyBook };

/** A call that nobody places. */
export type DryCall = { keyed: string; code: string | null; extension: string | null; atMs: number };

export type Verdict = {
  decision: 'allowed' | 'refused' | 'code-asked';
  reason: Reason | null;
  rule: string | null;
  number: string;
  e164: string | null;
  callType: CallType | null;
  at: string;
  account: string | null;
  extension: string | null;
  limits: LimitState[];
  /** How long the two sides could talk, in seconds; null: without end, or the call is not allowed. */
  longestSeconds: number | null;
  /** What it would reserve of the money that is left: the price of its first minutes. Null: money sets no limit. */
  reserves: { currency: string; amountMicros: number } | null;
  /** Of one minute, and of the longest conversation. */
  minutePrice: Price | null;
  longestPrice: Price | null;
};

/** What is looked up in the directory and the rates. */
type DryStore = Pick<CallDirectory, 'findExtension' | 'findAccountByCode' | 'findAccountById'> & {
  rateTableOf(call: {
    accountId: number | null;
    departmentId: number | null;
  }): Promise<{ table: RateTable; by: AssignedBy } | null>;
  ratesFor(tableId: number, e164: string): Promise<Rate[]>;
};

export type Engine = {
  store: DryStore;
  settings: InquirySettings;
  books: Books;
  limits: CallLimits;
  freeCallTypes: readonly CallType[];
  /** Of the site. */
  momentText: (atMs: number) => string;
};

/** Asks the rules that decide calls; counts nothing. */
export async function decideDry(call: DryCall, engine: Engine): Promise<Verdict> {
  const { store, settings, books, limits, momentText, freeCallTypes } = engine;
  const { keyed, code, atMs } = call;
  const phone = callerPhone(call.extension ?? '', store);
  const extension = await phone.found;
  const find = (sought: string) => store.findAccountByCode(sought);
  const answer = code === null ? null : await inquireCode(code, extension, settings, find, atMs);
  const account = answer?.type === 'code-accepted' ? answer.account : null;
  const number = readNumber(keyed, settings.plan);
  const priceAsked = async (parties: LimitedParties): Promise<CallCost> =>
    number.callType === null || !limits.askPrice(parties)
      ? { kind: 'free' }
      : costOf({ ...parties, number, atMs }, store, freeCallTypes);
  const isEmergency = number.callType === 'emergency';
  const event =
    answer?.type === 'code-refused' && !isEmergency
      ? answer
      : await inquireNumber(
          {
            ...{ account, payer: null, extension, entry: code === null ? 'direct' : 'prompted', keyed },
            ...{ staleRule: () => null, findAccountByCode: find },
            ...{ rates: store, nowMs: atMs },
            async begin(parties) {
              const cost = await priceAsked(parties);
              await limits.ready({ parties, cost }, atMs);
              return limits.look({ parties, cost }, atMs);
            },
          },
          settings,
        );
  const longestMs = event.type === 'number-allowed' ? event.longestTalkMs : null;
  const parties = { account, extension };
  const cost = isEmergency ? ({ kind: 'free' } as const) : await priceAsked(parties);
  await limits.ready({ parties, cost }, atMs);
  const share = event.type === 'number-allowed' ? shareOf(books, { parties, cost }, atMs) : null;
  const priceOf = (ms: number): Promise<Price> => dryPrice({ ...call, account, extension, ms }, engine);
  const isPlaced = decisionOf(event, account) === 'allowed';
  return {
    ...{ decision: decisionOf(event, account), reason: reasonOf(event), rule: ruleOf(event) },
    ...{ number: keyed, e164: number.callType === null ? null : number.e164, callType: number.callType },
    ...{ at: momentText(atMs), account: account?.name ?? null, extension: extension?.number ?? null },
    limits: isEmergency ? [] : statesOf(books, { parties, cost }, atMs),
    reserves: share,
    longestSeconds: longestMs === null ? null : Math.floor(longestMs / 1000),
    minutePrice: isPlaced ? await priceOf(60_000) : null,
    longestPrice: longestMs === null ? null : await priceOf(longestMs),
  };
}

type DryLimits = { parties: LimitedParties; cost: CallCost };

function statesOf({ usage, money }: Books, { parties, cost }: DryLimits, atMs: number): LimitState[] {
  const currency = cost.kind === 'priced' ? cost.currency : '';
  return [
    ...limitStates(usage.parties(parties, atMs), atMs),
    ...(cost.kind === 'priced' ? moneyStates(money.parties(parties, currency, atMs), currency) : []),
  ];
}

function shareOf({ usage, money }: Books, { parties, cost }: DryLimits, atMs: number): Verdict['reserves'] {
  const byTime = usage.look(parties, atMs);
  const begun = byTime.allowed ? money.look(parties, cost, byTime.longestMs, atMs) : null;
  if (cost.kind !== 'priced' || begun?.allowed !== true || begun.share === null) return null;
  return { currency: cost.currency, amountMicros: begun.share.micros };
}

function decisionOf(event: CallEvent, account: Account | null): Verdict['decision'] {
  if (event.type !== 'number-allowed') return 'refused';
  return event.codeNeeded && account === null ? 'code-asked' : 'allowed';
}

const reasonOf = (event: CallEvent): Reason | null =>
  event.type === 'number-refused' || event.type === 'code-refused' ? event.reason : null;

const ruleOf = (event: CallEvent): string | null =>
  event.type === 'number-refused' || event.type === 'number-allowed' ? event.rule : null;

async function dryPrice(
  { keyed, atMs, account, extension, ms }: Omit<DryCall, 'extension'> & LimitedParties & { ms: number },
  { store, settings, freeCallTypes }: Engine,
): Promise<Price> {
  const number = readNumber(keyed, settings.plan);
  const e164 = number.callType === null ? null : number.e164;
  const assigned = await store.rateTableOf(ratedBy({ account, extension }));
  const candidates = assigned === null || e164 === null ? [] : await store.ratesFor(assigned.table.id, e164);
  const found = findRate({ table: assigned?.table ?? null, e164, atMs }, candidates);
  return price({ answered: true, billableMs: ms, callType: number.callType }, found, freeCallTypes);
}
