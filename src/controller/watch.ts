import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { readCsv } from '../csv/csv.ts';
import { isPrefix } from '../numbers/e164.ts';
import { dialPlanOf } from '../numbers/plan.ts';
import { keysOf } from '../numbers/written.ts';
import { destinationOf, rangeFinder, type RiskRange } from '../policy/watch/destination.ts';
import { parseLevels, type Levels, type PartyLevels, type WatchSettings } from '../policy/watch/settings.ts';
import { createCallWatch, type CallWatch } from '../policy/watch/watch.ts';
import { dayText, startOfDay, wallClock } from '../reports/period.ts';
import type { WatchStore } from '../store/ports/watch.ts';
import { messageOf } from '../words/thrown.ts';
import type { FirstCall, PastDay, WatchedCall, WatchedNumber, WatchParties } from '../words/watched-call.ts';
import { siteTimeOf, zoneNamed } from '../words/zone.ts';

const never: Levels = { warning: null, critical: null };

function levelsOf(settings: Config['watchSite']): PartyLevels {
  const of = (text: string): Levels => parseLevels(text) ?? never;
  return {
    'new-destination': of(settings.newDestinations),
    'risky-range': of(settings.riskyCalls),
    'short-calls': of(settings.shortCalls),
    'sequential-numbers': of(settings.sequentialNumbers),
    'off-hours': of(settings.offHoursCalls),
    volume: of(settings.volume),
    'destinations-at-once': of(settings.destinationsAtOnce),
    usualCalls: settings.usualCalls,
  };
}

/** Throws one line where the site's list of ranges cannot be read. */
export function watchSettings(config: Config): WatchSettings {
  const { watch, watchSite, site } = config;
  return {
    ...{ time: siteTimeOf(zoneNamed(site.timeZone)), holidays: site.holidays },
    ...{ home: dialPlanOf(config.dialPlan).country },
    ...{ callTypes: watch.callTypes, members: levelsOf(watch), site: levelsOf(watchSite) },
    ...{ shortMs: watch.shortSeconds * 1000, officeHours: watch.officeHours, blocks: watch.block },
    riskRange: rangeFinder(watch.rangesFile === '' ? [] : readRanges(watch.rangesFile)),
  };
}

/** Throws one line that names the setting, the file and its line. */
function readRanges(file: string): RiskRange[] {
  const wrong = (what: string, line?: number): Error =>
    new Error(`watch.rangesFile: ${file}${line === undefined ? '' : `, line ${line}`}: ${what}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw wrong(messageOf(error));
  }
  const { header, rows, problems } = readCsv(bytes);
  const [problem] = problems;
  if (problem !== undefined) throw wrong(problem.error, problem.line);
  const columns = (header?.cells ?? []).map((name) => name.toLowerCase());
  const [prefixAt, nameAt] = [columns.indexOf('prefix'), columns.indexOf('name')];
  if (prefixAt === -1) throw wrong('the first line must name the columns, prefix and name: there is no prefix');
  return rows.map(({ line, cells }) => {
    const prefix = keysOf(cells[prefixAt] ?? '').replace(/^\+/, '');
    if (!isPrefix(prefix)) {
      throw wrong(
        `${JSON.stringify(cells[prefixAt] ?? '')} is not a prefix: write the country code and first digits, such as +37190`,
        line,
      );
    }
    return { prefix, name: nameAt === -1 ? '' : (cells[nameAt] ?? '') };
  });
}

const dayMs = 86_400_000;
const daysLookedAt = 28;
/** More calls of one day than this say no more. */
const maximumCalls = 100_000;
const maximumFirst = 500_000;

/** What the watch reads; nothing is written. */
type WatchReader = Omit<WatchStore, 'noteDestinations'>;

/** The watch, with what is stored of the time before. Before the first call comes in. */
export async function openWatch(config: Config, store: WatchStore, nowMs: number): Promise<CallWatch> {
  const settings = watchSettings(config);
  const { first, areNoted } = await destinationsBefore(settings, store, null);
  if (!areNoted && first.length > 0) await store.noteDestinations(first);
  return restored(config, settings, store, first, nowMs);
}

/** The watch as it would look at one call of these, and no other. Only reads, and of destinations only what these have called. */
export async function readWatch(
  config: Config,
  store: WatchReader,
  { parties, number }: { parties: WatchParties; number: Pick<WatchedNumber, 'callType'> | null },
  nowMs: number,
): Promise<CallWatch> {
  const settings = watchSettings(config);
  if (number === null || !settings.callTypes.includes(number.callType)) return createCallWatch(settings);
  const { first } = await destinationsBefore(settings, store, parties);
  return restored(config, settings, store, first, nowMs);
}

async function destinationsBefore(
  settings: WatchSettings,
  store: WatchReader,
  of: WatchParties | null,
): Promise<{ first: FirstCall[]; areNoted: boolean }> {
  const stored = await store.firstCalls({ limit: maximumFirst, of });
  // The site is everybody: where nothing is noted of it, nothing is noted at all.
  if (stored.length > 0) return { first: stored, areNoted: true };
  return { first: firstOf(await store.everCalled(), settings), areNoted: false };
}

async function restored(
  config: Config,
  settings: WatchSettings,
  store: WatchReader,
  first: readonly FirstCall[],
  nowMs: number,
): Promise<CallWatch> {
  const watch = createCallWatch(settings);
  const calls = await store.callsSince({ atMs: nowMs - dayMs, limit: maximumCalls });
  watch.restore({ first, days: await daysBefore(config, store, nowMs), calls });
  return watch;
}

/** Of a file that is older than the watch: what its call records say. */
function firstOf(calls: readonly (WatchedCall & { calledAtMs: number })[], settings: WatchSettings): FirstCall[] {
  const first = new Map<string, FirstCall>();
  for (const { parties, number, calledAtMs } of calls) {
    const { key } = destinationOf(number, settings.home, settings.riskRange);
    if (key === null) continue;
    const ids = { account: parties.accountId, extension: parties.extensionId, site: 0 } as const;
    for (const party of ['account', 'extension', 'site'] as const) {
      const id = ids[party];
      if (id === null) continue;
      const before = first.get(`${party} ${id} ${key}`);
      if (before !== undefined && before.calledAtMs <= calledAtMs) continue;
      first.set(`${party} ${id} ${key}`, { party, id, destination: key, calledAtMs });
    }
  }
  return [...first.values()];
}

async function daysBefore({ site }: Config, store: WatchReader, nowMs: number): Promise<PastDay[]> {
  const zone = zoneNamed(site.timeZone);
  const days: PastDay[] = [];
  const { year, month, day } = wallClock(nowMs, zone);
  for (let back = daysLookedAt; back > 0; back -= 1) {
    const fromMs = startOfDay(year, month, day - back, zone);
    const untilMs = startOfDay(year, month, day - back + 1, zone);
    const name = dayText(wallClock(fromMs, zone));
    const used = await store.callsWithin({ fromMs, untilMs });
    const whole = { accountId: null, extensionId: null, calls: 0, ms: 0 };
    for (const { calls, ms } of used) [whole.calls, whole.ms] = [whole.calls + calls, whole.ms + ms];
    days.push(...membersOf(used).map((one) => ({ ...one, day: name })), { ...whole, day: name });
  }
  return days;
}

/** Sums for each account and for each phone by itself. */
function membersOf(used: readonly Omit<PastDay, 'day'>[]): Omit<PastDay, 'day'>[] {
  const sums = new Map<string, Omit<PastDay, 'day'>>();
  const add = (
    key: string,
    parties: Pick<PastDay, 'accountId' | 'extensionId'>,
    { calls, ms }: { calls: number; ms: number },
  ) => {
    const sum = sums.get(key) ?? { ...parties, calls: 0, ms: 0 };
    sums.set(key, { ...sum, calls: sum.calls + calls, ms: sum.ms + ms });
  };
  for (const one of used) {
    const { accountId, extensionId } = one;
    if (accountId !== null) add(`account ${accountId}`, { accountId, extensionId: null }, one);
    if (extensionId !== null) add(`extension ${extensionId}`, { accountId: null, extensionId }, one);
  }
  return [...sums.values()];
}
