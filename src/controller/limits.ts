import { partiesOfCall } from '../call/limited-parties.ts';
import type { CallLimits, LimitedCall } from '../call/ports.ts';
import type { Config } from '../config/schema.ts';
import { createUsageBook, type BookSettings, type CallParties, type UsageBook } from '../policy/limits/book.ts';
import {
  createMoneyBook,
  type MoneyBegun,
  type MoneyBook,
  type MoneyParties,
  type MoneySettings,
} from '../policy/limits/money-book.ts';
import { asksPrice, noAccountLimits, type CallCost, type MoneyLimits } from '../policy/limits/money.ts';
import { listed, type PartyIds } from '../policy/limits/parties.ts';
import { formatMoney, parseMicros } from '../rating/money.ts';
import { startOfDay, wallClock } from '../reports/period.ts';
import { siteTimeOf, zoneNamed, type Zone } from '../words/zone.ts';
import type { CallRecordReader } from '../store/ports/call-records.ts';
import type { Draw, GrantedShare, LedgerReplica } from '../store/ports/ledger-replica.ts';
import type { LedgerStore, Reservation } from '../store/ports/ledger.ts';
import type { LimitGroupsReader } from '../store/ports/limit-groups.ts';
import type { UsageReader } from '../store/ports/usage.ts';
import type { LimitDecision } from '../policy/limits/limits.ts';
import { isConfigured } from '../store/sqlserver/settings.ts';
import type { CallWatch } from '../policy/watch/watch.ts';
import type { NewAlert } from '../words/alert.ts';
import { tellingOfMoney } from './money-alerts.ts';
import { learnAllTime, type LimitsStore } from './all-time.ts';
import { nobody, tellOfEnd, watchingWith, type WatchHearers } from './watching.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { CallRecord } from '../words/call-record.ts';
import { longestConversationMs } from '../words/conversation.ts';
import type { Account, Limits } from '../words/directory.ts';
import type { LimitGroups } from '../words/limit-groups.ts';

/** The counters of this controller: of calls and minutes, of money, and of where calls go. */
export type Books = { usage: UsageBook; money: MoneyBook; watch: CallWatch };

const orNone = (limit: number): number | null => (limit === 0 ? null : limit);
const amountOrNone = (amount: string): number | null => {
  const parsed = amount === '' ? null : parseMicros(amount);
  return parsed?.ok === true ? parsed.value : null;
};

/** How much the site may call, by its configuration. */
const siteLimits = ({ limits, call }: Config): Limits => ({
  longestCallMinutes: call.maxTalkSeconds === 0 ? null : call.maxTalkSeconds / 60,
  callsAtATime: orNone(limits.callsAtATime),
  callsPerMinute: orNone(limits.callsPerMinute),
  minutesPerDay: orNone(limits.minutesPerDay),
  minutesPerMonth: orNone(limits.minutesPerMonth),
  moneyPerDay: amountOrNone(limits.moneyPerDay),
  moneyPerMonth: amountOrNone(limits.moneyPerMonth),
  highestPrice: amountOrNone(limits.highestPrice),
  callingHours: limits.callingHours,
});

const bookSettings = (config: Config, zone: Zone): BookSettings => ({
  ...{ time: siteTimeOf(zone), holidays: config.site.holidays },
  site: siteLimits(config),
});

const moneySettings = (config: Config, zone: Zone): MoneySettings => ({
  time: siteTimeOf(zone),
  site: { ...siteLimits(config), ...noAccountLimits },
  shareMs: config.limits.reserveMinutes * 60_000,
  isShared: isConfigured(config.sqlserver),
  money: formatMoney,
});

type BookStore = UsageReader &
  LimitGroupsReader &
  Pick<CallRecordReader, 'listCallRecords'> &
  Pick<LedgerStore, 'usedMoney' | 'openReservations'> &
  Pick<LedgerReplica, 'listShares'>;

/**
 * The counters, with what the records and the ledger say of this day and month. Before the first call comes in. `watchOf`: makes the
 * watch; nothing else of this writes.
 */
export async function openBooks(
  config: Config,
  store: BookStore,
  nowMs: number,
  watchOf: () => Promise<CallWatch>,
): Promise<Books> {
  const zone = zoneNamed(config.site.timeZone);
  const usage = createUsageBook(bookSettings(config, zone));
  const money = createMoneyBook(moneySettings(config, zone));
  const { year, month, day } = wallClock(nowMs, zone);
  const since = { dayMs: startOfDay(year, month, day, zone), monthMs: startOfDay(year, month, 1, zone) };
  const groups = store.limitGroups();
  const open = (await store.listCallRecords({ open: true }))
    .filter(isCounted)
    .map((record) => idsOfRecord(record, groups));
  usage.restore(await store.usedTime(since), open, nowMs);
  money.restore(await store.usedMoney(since), nowMs);
  money.granted(await store.listShares());
  const calls = new Map(open.map((record) => [record.callId, record]));
  for (const { callId, unit, amount } of await store.openReservations()) {
    const record = calls.get(callId);
    if (record === undefined || unit === 'seconds' || unit === 'calls') continue;
    money.restoreCall({ ...record, currency: unit, micros: amount }, nowMs);
  }
  return { usage, money, watch: await watchOf() };
}

/** A call that was placed, and for which limits count. */
const isCounted = ({ bridgedAtMs, callType }: CallRecord): boolean => bridgedAtMs !== null && callType !== 'emergency';

/** What a call is counted for, as its record says. */
const idsOfRecord = (
  { callId, startedAtMs, accountId, extensionId, departmentId, calledE164: e164, callType }: CallRecord,
  groups: LimitGroups,
): PartyIds & Pick<CallRecord, 'callId' | 'startedAtMs'> => ({
  ...{ callId, startedAtMs, accountId, extensionId, departmentId },
  destinationIds: groups.destinationsOf({ e164, callType }).map(({ id }) => id),
});

/** Draws more of amounts that controllers share; empty: nothing could be drawn. */
export type DrawShares = (draws: readonly Draw[]) => Promise<readonly GrantedShare[]>;

/** How many shares a call should find, so that what is up finds another one: with more in hand, nothing is drawn. */
const sharesAhead = 2;

/** What calls are decided by. `draw`: null: amounts are this controller's alone, or no more of them is to be drawn. */
export function limitsOf(
  { usage, money, watch }: Books,
  store: LimitsStore,
  config: Config,
  draw: DrawShares | null = null,
  hearers: WatchHearers = nobody,
): CallLimits {
  const { site, isShared } = moneySettings(config, zoneNamed(config.site.timeZone));
  const draws = drawing(money, draw);
  const tellOfMoney = tellingOfMoney(money, config.limits.warnPercent, hearers.tell);
  const watching = watchingWith(watch, hearers);
  // As they were when the call was first asked about: none of its steps reads them once more.
  let groups = store.limitGroups();
  const partiesOf = (call: CalledBy): CallParties & MoneyParties => partiesOfCall(call, groups);
  return {
    askPrice(call) {
      groups = store.limitGroups();
      return anyAsksPrice(partiesOf(call), site);
    },
    isNext: ({ account }, nowMs) => !isShared && account !== null && isIdle(usage, account, nowMs),
    async ready(call, nowMs) {
      groups = store.limitGroups();
      const parties = partiesOf(call);
      await learnAllTime(money, store, parties);
      await draws(money.wanting(parties, call.cost, 1, nowMs));
    },
    look(call, nowMs) {
      const { cost } = call;
      const parties = partiesOf(call);
      const byTime = usage.look(parties, nowMs);
      if (!byTime.allowed) return byTime;
      return watching.look(withShare(byTime, money.look(parties, cost, byTime.longestMs, nowMs)), call, nowMs);
    },
    balanceOf: (account, currency, nowMs) => balanceIn(money, account, currency, nowMs),
    begin(callId, call, nowMs) {
      const { cost } = call;
      const parties = partiesOf(call);
      const byTime = usage.begin(callId, parties, nowMs);
      if (!byTime.allowed) return byTime;
      const byMoney = withShare(byTime, money.begin(callId, parties, cost, byTime.longestMs, nowMs));
      tellOfMoney(callId, { parties, cost }, !byMoney.allowed && byMoney.reason === 'money-used-up', nowMs);
      const decision = watching.begin(callId, byMoney, call, nowMs);
      if (!decision.allowed) [usage, money].forEach((one) => one.drop(callId));
      else void draws(money.wantingOf(callId, sharesAhead));
      return decision;
    },
    change(call, limited, nowMs) {
      const decision = changed({ usage, money }, call, { parties: partiesOf(limited), cost: limited.cost }, nowMs);
      if (decision.allowed) void draws(money.wantingOf(call.callId, sharesAhead));
      return decision;
    },
    extend(callId, nowMs) {
      const share = money.extend(callId, nowMs);
      void draws(money.wantingOf(callId, sharesAhead));
      return share === null ? null : { longestMs: share.longestMs, mayGoOn: !share.isLast };
    },
    placed: (callId) => watching.placed(callId),
    drop: (callId) => [usage, money, watching].forEach((one) => one.drop(callId)),
  };
}

/** Asked only where amounts are not shared: no controller knows what the others' calls have used of a month. */
const isIdle = (usage: UsageBook, { id }: Account, nowMs: number): boolean =>
  usage.usageOf('account', id, nowMs).callsNow === 0;

const anyAsksPrice = (parties: MoneyParties, site: MoneyLimits): boolean =>
  asksPrice([{ limits: site }, ...listed(parties).map(({ limited: limits }) => ({ limits }))]);

type CalledBy = Pick<LimitedCall, 'parties' | 'number'>;

function balanceIn(money: MoneyBook, account: Account, currency: string, nowMs: number): number | null {
  const party = money.parties({ account, extension: null }, currency, nowMs).find(({ name }) => name === 'account');
  if (party === undefined || party.granted !== null) return null;
  return Math.max(0, party.used.paidInMicros - party.used.allMicros);
}

/** Both counters, or neither. */
function changed(
  { usage, money }: Pick<Books, 'usage' | 'money'>,
  call: { callId: string; talkedMs: number },
  { parties, cost }: { parties: CallParties & MoneyParties; cost: CallCost },
  nowMs: number,
): LimitDecision {
  const { decision: byTime, commit } = usage.change(call, parties, nowMs);
  if (!byTime.allowed) return byTime;
  const decision = withShare(byTime, money.change(call, parties, cost, byTime.longestMs, nowMs));
  if (decision.allowed) commit();
  return decision;
}

/** An amount of which nothing was left is not asked for again at once. */
const againMs = 1_000;

function drawing(money: MoneyBook, draw: DrawShares | null): (draws: readonly Draw[]) => Promise<void> {
  /** By key: when there was nothing left. */
  const exhausted = new Map<string, number>();
  return async (draws) => {
    const nowMs = performance.now();
    const wanted = draws.filter(({ key }) => nowMs - (exhausted.get(key) ?? -againMs) >= againMs);
    if (draw === null || wanted.length === 0) return;
    const shares = await draw(wanted);
    for (const { key, micros } of shares) {
      if (money.shareOf(key) === micros) exhausted.set(key, nowMs);
      else exhausted.delete(key);
    }
    money.granted(shares);
  };
}

function withShare(byTime: LimitDecision & { allowed: true }, begun: MoneyBegun): LimitDecision {
  if (!begun.allowed) return begun;
  const { share } = begun;
  return share === null ? byTime : { ...byTime, longestMs: share.longestMs, mayGoOn: !share.isLast };
}

/** Ringing, and whatever else a call takes besides its conversation. */
const besidesTalkMs = 1_800_000;

/** The store, which tells the books of every call that ends, whoever closes its record, and writes what calls reserve with their records. */
export function tellingBooks(
  store: LocalStore,
  { usage, money, watch }: Books,
  config: Config,
  nowMs: () => number,
  tell: (alert: NewAlert) => void,
): LocalStore {
  const { maxTalkSeconds } = config.call;
  const longestMs = (maxTalkSeconds === 0 ? longestConversationMs : maxTalkSeconds * 1000) + besidesTalkMs;
  store.onMoneyMoved((moved) => money.heard(moved));

  /** Null: of this run it has reserved nothing. */
  function reservationOf({ callId }: CallRecord): Reservation | null {
    const talkMs = usage.reservedMs(callId);
    if (talkMs === null) return null;
    const reserved = money.reserved(callId);
    return {
      amounts: [
        ...(reserved === null || reserved.micros === 0 ? [] : [{ unit: reserved.currency, amount: reserved.micros }]),
        ...(talkMs === 0 ? [] : [{ unit: 'seconds', amount: talkMs }]),
        { unit: 'calls', amount: 1 },
      ],
      timesOutMs: nowMs() + longestMs,
    };
  }

  return {
    ...store,
    save(record, when) {
      const { callId, billableMs, closedBy, endedAtMs } = record;
      if (endedAtMs === null) return store.save(record, when, isCounted(record) ? reservationOf(record) : null);
      usage.ended({ callId, billableMs, isFinal: closedBy === 'event' });
      money.ended(callId);
      tellOfEnd(watch, record, nowMs(), tell);
      const saved = store.save(record, when);
      // By then the ledger has told what it cost.
      saved.then(
        () => money.release(callId),
        () => undefined,
      );
      return saved;
    },
  };
}
