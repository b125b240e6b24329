import type { CallDirectory } from '../call/ports.ts';
import type { Config } from '../config/schema.ts';
import { startStoreLink, type StoreLink } from './store-link.ts';
import type { GrantedShare } from '../store/ports/ledger-replica.ts';
import type { Books } from './limits.ts';
import { keepShares, type Shares } from './shares.ts';
import { unlinkedCopy } from '../store/replication/origin.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/settings.ts';
import type { Clock } from '../words/clock.ts';
import { databaseFile } from './database-file.ts';
import { identityOf } from './identity.ts';
import type { Log } from './log.ts';
import { pricingRules } from './pricing-rules.ts';

/** With a SQL Server configured, the local file is its copy, and call records go there. */
async function linkTo(
  config: Config,
  { store, log, clock }: { store: LocalStore; log: Log; clock: Clock },
  onShares: (shares: readonly GrantedShare[]) => void,
): Promise<StoreLink | null> {
  if (!isConfigured(config.sqlserver)) {
    if ((await store.copyOrigin()).source !== null) log.warn(unlinkedCopy);
    await store.noteMadeHere();
    return null;
  }
  const { syncMs, lookupMs } = config.sqlserver;
  const before = await store.freshAtMs();
  const { isMadeHere } = await store.copyOrigin();
  const startedMs = clock.monotonicMs();
  // Where the clock was set back since, nobody knows: the age is counted from this start.
  const ageAtStartMs = before === null ? null : Math.max(0, clock.nowMs() - before);
  const link = startStoreLink({
    ...{ file: databaseFile(config), config: poolConfig(config.sqlserver), syncMs, lookupMs, clock, log },
    self: identityOf(config),
    rules: pricingRules(config),
    shareWriter: () => store.shareWriter(),
    onShares,
  });
  return {
    ...link,
    ageMs: () => {
      const ageMs = link.ageMs();
      if (ageMs !== null) return ageMs;
      // Until it is carried over, nobody else has a newer one.
      if (isMadeHere || link.refusal()?.isLocal === true) return 0;
      if (ageAtStartMs !== null) return ageAtStartMs + clock.monotonicMs() - startedMs;
      // The first copy is under way: what it does not have yet is looked up live.
      return link.isUp() ? 0 : null;
    },
  };
}

/** A code that the copy does not know is looked up live before it is refused. */
export function directoryOf(store: LocalStore, link: StoreLink | null): CallDirectory {
  if (link === null) return store;
  return {
    findExtension: (number) => store.findExtension(number),
    isBeginning: (digits) => store.isBeginning(digits),
    findAccountById: (id) => store.findAccountById(id),
    findAccountByCode: async (code) => (await store.findAccountByCode(code)) ?? link.lookUp(code),
  };
}

/** The link to SQL Server, and what is drawn over it of amounts that controllers share. */
export async function linkWithShares(
  { config, store, log, clock }: { config: Config; store: LocalStore; log: Log; clock: Clock },
  { money }: Pick<Books, 'money'>,
): Promise<{ link: StoreLink | null; shares: Shares | null }> {
  const link = await linkTo(config, { store, log, clock }, (shares) => money.granted(shares));
  const { returnMinutes } = config.limits;
  return { link, shares: link === null ? null : keepShares(money, link, { clock, returnMinutes }) };
}
