import { callerPhone } from './caller-phone.ts';
import { lookUpCost, rateCall, type CostQuestion } from './cost.ts';
import { balanceOf, inquireCode, inquireNumber, type InquirySettings } from './inquiry.ts';
import { partiesOfCall } from './limited-parties.ts';
import type { CallDirectory, CallLimits, CallRates, LimitedCall, LimitedParties } from './ports.ts';
import type { CallEvent } from './machine/events.ts';
import { readNumber, type CalledNumber } from '../numbers/read.ts';
import { demandOf } from '../policy/levels.ts';
import type { UsageBook } from '../policy/limits/book.ts';
import { limitStates, moneyStates, type LimitState } from '../policy/limits/explain.ts';
import type { MoneyBook } from '../policy/limits/money-book.ts';
import { price, type Price } from '../rating/price.ts';
import type { CallType } from '../words/call-type.ts';
import type { ToldMoney } from './prompts.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { LimitGroups } from '../words/limit-groups.ts';
import type { Reason } from '../words/outcome.ts';
import type { WatchParties } from '../words/watched-call.ts';

type Books = { usage: UsageBook; money: MoneyBook };

/** A call that nobody places. `authorization`: the code that says who calls; absent, null: none was keyed. */
export type DryCall = {
  authorization?: string | null;
  keyed: string;
  code: string | null;
  extension: string | null;
  atMs: number;
};

export type Verdict = {
  decision: 'allowed' | 'refused' | 'code-asked';
  /** Of a call for which a code is asked: `#` alone places it, and who pays is said later. */
  codeLater: boolean;
  /** What the caller hears a minute costs, and confirms; null: nothing is to be confirmed. */
  confirms: ToldMoney | null;
  /** What the caller hears is left. Null: nothing is told. */
  hearsBalance: ToldMoney | null;
  reason: Reason | null;
  rule: string | null;
  number: string;
  e164: string | null;
  callType: CallType | null;
  at: string;
  /** What the number demands of the code, and what the account has; null: nothing is demanded. */
  level: { demanded: number; by: string; account: number | null } | null;
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
type DryStore = Pick<CallDirectory, 'findExtension' | 'findAccountByCode' | 'findAccountById'> & CallRates;

export type Engine = {
  store: DryStore;
  settings: InquirySettings;
  books: Books;
  limits: CallLimits;
  groups: LimitGroups;
  /** Of the site. */
  momentText: (atMs: number) => string;
};

/** Whom and what of a dry call the watch over destinations looks at. */
export async function watchedOf(
  { keyed, code, extension }: DryCall,
  store: DryStore,
  { plan }: Pick<InquirySettings, 'plan'>,
): Promise<{ parties: WatchParties; number: CalledNumber | null }> {
  const account = code === null ? null : await store.findAccountByCode(code);
  const phone = await callerPhone(extension ?? '', store).found;
  const number = readNumber(keyed, plan);
  return {
    parties: { accountId: account?.id ?? null, extensionId: phone?.id ?? null },
    number: number.callType === null ? null : number,
  };
}

/** Asks the rules that decide calls; counts nothing. */
export async function decideDry(call: DryCall, engine: Engine): Promise<Verdict> {
  const { store, settings, limits, momentText } = engine;
  const { keyed, code, atMs } = call;
  const phone = callerPhone(call.extension ?? '', store);
  const extension = await phone.found;
  const find = (sought: string) => store.findAccountByCode(sought);
  const answer = code === null ? null : await inquireCode(code, extension, settings, find, atMs);
  const account = answer?.type === 'code-accepted' ? answer.account : null;
  const who = await authorizerOf(call, extension, engine);
  const number = readNumber(keyed, settings.plan);
  const isEmergency = number.callType === 'emergency';
  const parties = { account, extension };
  const limited = await limitedOf(parties, number.callType === null ? null : number, atMs, engine);
  const begun = { limits: limits.look(limited, atMs), balance: balanceOf(limited, limits, settings, atMs) };
  const event =
    who.refusal !== null && !isEmergency
      ? who.refusal
      : answer?.type === 'code-refused' && !isEmergency
        ? answer
        : await inquireNumber(
            {
              ...{
                account,
                authorizer: who.authorizer,
                payer: null,
                extension,
                entry: code === null ? 'direct' : 'prompted',
                keyed,
              },
              ...{ staleRule: () => null, findAccountByCode: find, codeLater: false, rates: store, nowMs: atMs },
              begin: () => Promise.resolve(begun),
            },
            settings,
          );
  const needsTwo = (settings.twoCodes || extension?.twoCodes === true) && !isEmergency;
  const decision = decisionOf(event, needsTwo && who.authorizer === null ? null : account);
  const allowed = event.type === 'number-allowed' ? event : null;
  const longestMs = allowed?.longestTalkMs ?? null;
  const priceOf = allowed === null ? null : await pricedAsNow({ ...parties, number: allowed.number, atMs }, engine);
  return {
    codeLater: decision === 'code-asked' && number.callType !== null && settings.codeLater.includes(number.callType),
    confirms: allowed?.announcement?.price ?? null,
    hearsBalance: allowed?.announcement?.balance ?? null,
    ...{ decision, reason: reasonOf(event), rule: ruleOf(event) },
    ...{ number: keyed, e164: number.callType === null ? null : number.e164, callType: number.callType },
    level: demandedLevel(number, account, settings),
    ...{ at: momentText(atMs), account: account?.name ?? null, extension: extension?.number ?? null },
    limits: isEmergency ? [] : statesOf(engine, limited, atMs),
    reserves: allowed === null ? null : shareOf(engine, limited, atMs),
    longestSeconds: longestMs === null ? null : Math.floor(longestMs / 1000),
    minutePrice: decision === 'allowed' ? (priceOf?.(60_000) ?? null) : null,
    longestPrice: longestMs === null ? null : (priceOf?.(longestMs) ?? null),
  };
}

async function limitedOf(
  parties: LimitedParties,
  number: CalledNumber | null,
  atMs: number,
  { store, settings, limits }: Engine,
): Promise<LimitedCall> {
  const isAsked = number !== null && number.callType !== 'emergency' && limits.askPrice({ parties, number });
  const rated = isAsked ? await rateCall({ ...parties, number, atMs }, store, settings) : null;
  const cost: LimitedCall['cost'] = rated?.cost(limits.isNext(parties, atMs)) ?? { kind: 'free' };
  const limited = { parties, number, cost };
  await limits.ready(limited, atMs);
  return limited;
}

/** Who calls, by the code that says so. */
async function authorizerOf(
  { authorization = null, atMs }: DryCall,
  extension: Extension | null,
  { store, settings }: Engine,
): Promise<{ authorizer: Account | null; refusal: CallEvent | null }> {
  if (authorization === null) return { authorizer: null, refusal: null };
  const find = (sought: string) => store.findAccountByCode(sought);
  const answer = await inquireCode(authorization, extension, settings, find, atMs, 'authorizes');
  return answer.type === 'code-accepted'
    ? { authorizer: answer.account, refusal: null }
    : { authorizer: null, refusal: answer };
}

function demandedLevel(
  number: ReturnType<typeof readNumber>,
  account: Account | null,
  { minimumLevels, plan }: InquirySettings,
): Verdict['level'] {
  const demand = number.callType === null ? null : demandOf(number, minimumLevels, plan);
  return demand && { demanded: demand.level, by: demand.of, account: account?.authorizationLevel ?? null };
}

type Counters = Pick<Engine, 'books' | 'groups'>;

function statesOf({ books: { usage, money }, groups }: Counters, call: LimitedCall, atMs: number): LimitState[] {
  const { cost } = call;
  const parties = partiesOfCall(call, groups);
  return [
    ...limitStates(usage.parties(parties, atMs), atMs),
    ...(cost.kind === 'priced' ? moneyStates(money.parties(parties, cost.currency, atMs), cost.currency) : []),
  ];
}

function shareOf({ books: { usage, money }, groups }: Counters, call: LimitedCall, atMs: number): Verdict['reserves'] {
  const { cost } = call;
  const parties = partiesOfCall(call, groups);
  const byTime = usage.look(parties, atMs);
  const begun = byTime.allowed ? money.look(parties, cost, byTime.longestMs, atMs) : null;
  if (cost.kind !== 'priced' || begun?.allowed !== true || begun.share === null) return null;
  return { currency: cost.currency, amountMicros: begun.share.micros };
}

function decisionOf(event: CallEvent, account: Account | null): Verdict['decision'] {
  if (event.type !== 'number-allowed') return 'refused';
  return event.code === 'needed' && account === null ? 'code-asked' : 'allowed';
}

const reasonOf = (event: CallEvent): Reason | null =>
  event.type === 'number-refused' || event.type === 'code-refused' ? event.reason : null;

const ruleOf = (event: CallEvent): string | null =>
  event.type === 'number-refused' || event.type === 'number-allowed' ? event.rule : null;

/** What a call of so many milliseconds costs as the next one of its month, by the rates of that moment. */
async function pricedAsNow(
  question: CostQuestion,
  { store, settings }: Engine,
): Promise<(billableMs: number) => Price> {
  const { found, month } = await lookUpCost(question, store, settings);
  const { callType } = question.number;
  return (billableMs) => price({ answered: true, billableMs, callType }, found, settings.freeCallTypes, month);
}
