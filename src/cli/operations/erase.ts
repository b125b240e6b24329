import { userInfo } from 'node:os';
import type { Config } from '../../config/schema.ts';
import { listBackups } from '../../operations/backup/names.ts';
import { removeCdrsOf } from '../../operations/retention/files.ts';
import { retentionPlan } from '../../operations/retention/plan.ts';
import type { ErasingStore, Whose } from '../../store/ports/retention.ts';
import type { LocalStore } from '../../store/sqlite/store.ts';
import { isConfigured } from '../../store/sqlserver/connect.ts';
import { openSqlServerRetention } from '../../store/sqlserver/retention.ts';
import { shortenNumber } from '../../words/shorten-number.ts';
import { sqlServerConfig } from '../sqlserver/config.ts';
import { openLocal, openOfRecord } from '../store-command.ts';
import { UsageError } from '../usage.ts';

export type ErasedPerson = {
  calls: number;
  cdrFiles: number;
  /** Null: there is no SQL Server. */
  sqlServerCalls: number | null;
  /** What still knows the person, and what to do about it, a line each. */
  stays: string[];
};

type Asked = { extension?: string; number?: string; account?: string };

/** Rejects with a usage error where nobody is named, or no account has the code. */
export async function whoseOf(config: Config, { extension, number, account }: Asked): Promise<Whose> {
  if (extension === undefined && number === undefined && account === undefined)
    throw new UsageError('takes --extension, --number or --account: nothing says who');
  if ([extension, number, account].includes('')) throw new UsageError('takes no empty value');
  const whose = { extension: extension ?? null, number: number ?? null };
  if (account === undefined) return { ...whose, accountId: null };
  const store = await openOfRecord(config);
  try {
    const found = await store.findAccountByCode(account);
    if (found === null) throw new UsageError('--account: no account has this code');
    return { ...whose, accountId: found.id };
  } finally {
    await store.close();
  }
}

/** Counts, or erases: in SQL Server first, so that a failure there leaves everything to be done again. */
export async function erase(config: Config, whose: Whose, isMeant: boolean): Promise<ErasedPerson> {
  const sqlServerCalls = await inSqlServer(config, whose, isMeant);
  const store = await openLocal(config);
  try {
    const counted = await store.countErasable(whose);
    const done = isMeant ? await inLocalFile(config, store, whose) : { calls: counted, cdrFiles: 0 };
    return { ...done, sqlServerCalls, stays: staysOf(config, whose, sqlServerCalls !== null) };
  } finally {
    await store.close();
  }
}

async function inSqlServer(config: Config, whose: Whose, isMeant: boolean): Promise<number | null> {
  if (!isConfigured(config.sqlserver)) return null;
  const there = await openSqlServerRetention(sqlServerConfig(config));
  try {
    return isMeant ? await there.erase(whose) : await there.countErasable(whose);
  } finally {
    await there.close();
  }
}

const callsAtOnce = 100;

async function inLocalFile(
  config: Config,
  store: ErasingStore & Pick<LocalStore, 'appendAudit'>,
  whose: Whose,
): Promise<{ calls: number; cdrFiles: number }> {
  // Before the first call: whoever is interrupted half-way has said what was being done.
  await store.appendAudit({
    ...{ atMs: Date.now(), who: userInfo().username, address: 'command line', action: 'person-erased' },
    ...{ subject: subjectOf(whose), before: null, after: null },
  });
  let [calls, cdrFiles] = [0, 0];
  for (;;) {
    const erased = await store.eraseSome({ whose, limit: callsAtOnce });
    if (config.cdr.dir !== '') cdrFiles += await removeCdrsOf(config.cdr.dir, new Set(erased.legIds));
    calls += erased.calls;
    if (erased.calls < callsAtOnce) return { calls, cdrFiles };
  }
}

/** The audit trail must not name the person who was erased. */
const hiddenDigits = 6;
const subjectOf = ({ extension, number, accountId }: Whose): string =>
  [
    ...(extension === null ? [] : [`extension ${extension}`]),
    ...(number === null ? [] : [`number ${shortenNumber(number, hiddenDigits)}`]),
    ...(accountId === null ? [] : [`account ${accountId}`]),
  ].join(', ');

function staysOf(config: Config, { extension, accountId }: Whose, isShared: boolean): string[] {
  const { backupDir, controller } = retentionPlan(config);
  const backups = listBackups(backupDir, controller).length;
  return [
    ...(extension === null ? [] : ['The directory keeps the phone itself: billing-codes extensions remove.']),
    ...(accountId === null ? [] : ['The directory keeps the account itself: billing-codes accounts set, or disable.']),
    ...(backups === 0
      ? []
      : [`${backups} backups in ${backupDir} are as they were: retention.backupsDays removes them in time.`]),
    ...(isShared ? ['Each other controller has a file of its own: run this there too.'] : []),
  ];
}
