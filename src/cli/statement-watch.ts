import type { Config } from '../config/schema.ts';
import type { Period } from '../reports/period.ts';
import {
  changedOf,
  concerns,
  wouldChange,
  type ChangedStatement,
  type ForeseenChange,
  type IssuedStatement,
  type Parties,
} from '../reports/statements/issued.ts';
import type { PriceChange } from '../store/ports/rate-store.ts';
import { zoneNamed, type Zone } from '../words/zone.ts';
import { openIssuedHere } from './reports/issued-here.ts';
import { changedLines, howToCorrect } from './reports/statements.ts';
import { openSource } from './reports/source.ts';

/** Tells whoever changes what calls cost, or who pays for them, which statements that went out are not right any more. */
export type StatementWatch = {
  /** Statements over these days that no longer equal their calls; `parties`: only theirs. Lines; empty: none. */
  changed(period: Period, parties?: Parties): Promise<string[]>;
  /** Takes changes that are only looked at, and answers which statements would no longer equal their calls. */
  foresee(period: Period): Promise<{ take(change: PriceChange): void; lines(): Promise<string[]> }>;
};

export function statementWatch(config: Config): StatementWatch {
  const zone = zoneNamed(config.site.timeZone);
  const standingIn = async (period: Period): Promise<IssuedStatement[]> => {
    const issued = await openIssuedHere(config);
    try {
      return issued?.standing(period) ?? [];
    } finally {
      issued?.close();
    }
  };
  return {
    async changed(period, parties) {
      const standing = (await standingIn(period)).filter((one) => parties === undefined || concerns(one, parties));
      if (standing.length === 0) return [];
      const source = await openSource(config);
      try {
        return linesOf(await changedOf(standing, source), false, zone);
      } finally {
        await source.close();
      }
    },
    async foresee(period) {
      const standing = await standingIn(period);
      const changes = new Map<string, ForeseenChange>();
      return {
        take({ callId, from, to }) {
          if (standing.length > 0) changes.set(callId, { callId, from: chargeIn(from), to: chargeIn(to) });
        },
        async lines() {
          if (changes.size === 0) return [];
          const source = await openSource(config);
          try {
            return linesOf(await wouldChange(standing, changes, source), true, zone);
          } finally {
            await source.close();
          }
        },
      };
    },
  };
}

const chargeIn = (price: PriceChange['to']): ForeseenChange['to'] =>
  price?.kind === 'priced' ? { currency: price.currency, chargeMicros: price.chargeMicros } : null;

function linesOf(changed: readonly ChangedStatement[], isForeseen: boolean, zone: Zone): string[] {
  if (changed.length === 0) return [];
  const isOne = changed.length === 1;
  const what = isOne ? 'A statement has' : `${changed.length} statements have`;
  const now = isOne ? 'no longer is' : 'no longer are';
  return [
    `${what} gone out, and ${isForeseen ? 'would no longer be' : now} what the calls come to:`,
    ...changedLines(changed, zone),
    howToCorrect,
  ];
}
