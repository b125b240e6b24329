import type { DialPlan } from '../numbers/dial-plan.ts';
import type { CalledNumber } from '../numbers/read.ts';
import { callTypes } from '../words/call-type.ts';
import { highestLevel } from '../words/directory/level.ts';
import type { Result } from '../words/result.ts';
import { parsePrefixList } from './list.ts';
import { blockedPrefix } from './match.ts';

/** Authorization levels: a code may call what demands no higher level than its account has. */

/** What calls of a type, or to numbers that begin with a prefix, demand of the code: 1 to 255. */
export type LevelDemand = { of: string; isCallType: boolean; level: number };

/** `international=100`, `+37190=200`: read as a person types it. */
export function parseLevelDemand(text: string): Result<LevelDemand> {
  const [, of = '', digits = ''] = /^\s*([^=\s]+)\s*=\s*(\d{1,3})\s*$/.exec(text) ?? [];
  const level = Number(digits);
  if (of === '' || level < 1 || level > highestLevel) {
    const problem = `${JSON.stringify(text)} is not a call type or prefix with its level, such as international=100 or +37190=200 (1 to ${highestLevel})`;
    return { ok: false, problem };
  }
  const callType = callTypes.find((known) => known === of.toLowerCase());
  if (callType === 'emergency') return { ok: false, problem: 'emergency calls demand no level' };
  if (callType !== undefined) return { ok: true, value: { of: callType, isCallType: true, level } };
  const prefixes = parsePrefixList(of);
  const [prefix] = prefixes.ok ? prefixes.value : [];
  if (prefix === undefined) {
    return {
      ok: false,
      problem: `${JSON.stringify(of)} is neither a call type (${callTypes.join(', ')}) nor a prefix`,
    };
  }
  return { ok: true, value: { of: prefix, isCallType: false, level } };
}

/**
 * The highest of all levels that are demanded of a call to this number; null: none. Prefixes are read as broadly as blocked ones
 * (match.ts). Nothing is demanded of an emergency call.
 */
export function demandOf(number: CalledNumber, demands: readonly LevelDemand[], plan: DialPlan): LevelDemand | null {
  if (number.callType === 'emergency') return null;
  let highest: LevelDemand | null = null;
  for (const demand of demands) {
    if (demand.level <= (highest?.level ?? 0)) continue;
    const isMet = demand.isCallType ? demand.of === number.callType : blockedPrefix([demand.of], number, plan) !== null;
    if (isMet) highest = demand;
  }
  return highest;
}

/** Why the account's level is too low, for people to read; null: it is not. */
export function levelTooLow(
  { authorizationLevel }: { authorizationLevel: number },
  demand: LevelDemand | null,
  party: 'account' | 'authorizer' = 'account',
): string | null {
  if (demand === null || authorizationLevel >= demand.level) return null;
  return `${party}: authorization level ${authorizationLevel}, ${demand.of} demands ${demand.level}`;
}
