import { alertLevels, type AlertLevel } from '../../words/alert.ts';
import type { WatchedParty } from '../../words/watched-call.ts';
import { measuresOf, type Measure } from './measures.ts';
import type { Placing, Watched } from './party.ts';
import { levelOf, type PartyLevels, type WatchRule } from './settings.ts';

/** Something that is not as usual, with this call. */
export type Seen = {
  rule: WatchRule;
  party: WatchedParty;
  /** Of the account or phone; null: the site. */
  id: number | null;
  level: AlertLevel;
  value: number;
  /** For people: `account: first call ever to Latvia`. */
  text: string;
};

export type WatchDecision = {
  /** What refuses the call; null: nothing. */
  refusedBy: Seen | null;
  /** All that is seen, what refuses it first. */
  seen: readonly Seen[];
};

export type Party = { name: WatchedParty; id: number | null; levels: PartyLevels; watched: Watched };

/** What is measured of a party, and what of that has come to a level. */
export type Look = { party: Party; measures: readonly Measure[]; seen: readonly Seen[] };

export const lookAt = (parties: readonly Party[], placing: Placing): Look[] =>
  parties.map((party) => levelled(party, measuresOf(party.watched, placing, party.levels)));

export function levelled(party: Party, measures: readonly Measure[]): Look {
  const { name, id, levels } = party;
  const seen = measures.flatMap(({ rule, value, text }): Seen[] => {
    const level = levelOf(value, levels[rule]);
    return level === null ? [] : [{ rule, party: name, id, level, value, text: `${name}: ${text()}` }];
  });
  return { party, measures, seen };
}

export function decisionOf(blocks: readonly WatchRule[], looks: readonly Look[]): WatchDecision {
  const seen = looks.flatMap((look) => look.seen);
  const refusedBy = seen.find(({ rule, level }) => level === 'critical' && blocks.includes(rule)) ?? null;
  return { refusedBy, seen: refusedBy === null ? seen : [refusedBy, ...seen.filter((one) => one !== refusedBy)] };
}

/** What has come to a level since people were told; told again once it has been below. */
export function newsOf({ party, measures, seen }: Look): Seen[] {
  const { told } = party.watched;
  for (const { rule } of measures) if (!seen.some((one) => one.rule === rule)) told.delete(rule);
  return seen.filter(({ rule, level }) => {
    const before = told.get(rule);
    // Each new destination is news by itself.
    const isNews = rule === 'new-destination' || before === undefined || rank(level) > rank(before);
    if (isNews) told.set(rule, level);
    return isNews;
  });
}

const rank = (level: AlertLevel): number => alertLevels.indexOf(level);
