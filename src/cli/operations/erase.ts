import type { Config } from '../../config/schema.ts';
import { listBackups } from '../../operations/backup/names.ts';
import { removeCdrsOf } from '../../operations/retention/files.ts';
import { retentionPlan } from '../../operations/retention/plan.ts';
import type { ErasableCalls, ErasingStore, NamingPlace, Whose } from '../../store/ports/retention.ts';
import type { LocalStore } from '../../store/sqlite/store.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { portions } from '../../words/portions.ts';
import { shortenNumber } from '../../words/shorten-number.ts';
import { entryByCommand } from '../audit-entry.ts';
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
  if (number !== undefined && !/\d/.test(number)) throw new UsageError('--number: there is no digit in it');
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
  const shared = await inSqlServer(config, whose, isMeant);
  const store = await openLocal(config);
  try {
    const found = await store.findErasable(whose);
    const cdrFiles = isMeant ? await inLocalFile(config, store, { whose, found }) : 0;
    const underWay = isMeant ? await fromStatements(store, whose) : 0;
    const places = isMeant && whose.number !== null ? await store.placesOf(whose.number) : [];
    const stays = [
      ...staysOf(config, whose, { isShared: shared !== null, wentOut: found.wentOut.length }),
      ...(underWay === 0
        ? []
        : [
            'A scheduled report is on its way to the account, and its receipt is as it was: run this again once it is there.',
          ]),
      ...places.map((place) => placeLine(place, 'the local file')),
      ...(shared?.places ?? []).map((place) => placeLine(place, 'SQL Server')),
    ];
    return { calls: found.own.length + found.wentOut.length, cdrFiles, sqlServerCalls: shared?.calls ?? null, stays };
  } finally {
    await store.close();
  }
}

const placeLine = ({ place, rows }: NamingPlace, where: string): string =>
  `The number stands in ${place} of ${where} (${rows} ${rows === 1 ? 'row' : 'rows'}), which is no call's: take it out there yourself.`;

/** Where numbers are shortened and people erased in SQL Server. */
export async function openShared(config: Config) {
  const { openSqlServerRetention } = await import('../../store/sqlserver/retention.ts');
  return openSqlServerRetention(sqlServerConfig(config));
}

async function inSqlServer(config: Config, whose: Whose, isMeant: boolean) {
  if (!isConfigured(config.sqlserver)) return null;
  const there = await openShared(config);
  try {
    const calls = isMeant ? await there.erase(whose) : await there.countErasable(whose);
    return { calls, places: isMeant && whose.number !== null ? await there.placesOf(whose.number) : [] };
  } finally {
    await there.close();
  }
}

const callsAtOnce = 100;

async function inLocalFile(
  config: Config,
  store: ErasingStore & Pick<LocalStore, 'appendAudit'>,
  { whose, found }: { whose: Whose; found: ErasableCalls },
): Promise<number> {
  // Before the first call: whoever is interrupted half-way has said what was being done.
  await store.appendAudit(entryByCommand('person-erased', subjectOf(whose), { nowMs: Date.now() }));
  let cdrFiles = 0;
  for (const callIds of portions(found.own, callsAtOnce)) {
    const legIds = await store.eraseCalls({ whose, callIds });
    if (config.cdr.dir !== '') cdrFiles += await removeCdrsOf(config.cdr.dir, new Set(legIds));
  }
  for (const callIds of portions(found.wentOut, callsAtOnce)) await store.eraseCallingNumbers({ callIds });
  if (whose.number !== null) await store.eraseWords({ number: whose.number });
  return cdrFiles;
}

/** Of the whole account: what was sent says nothing of single calls. */
const fromStatements = async (store: ErasingStore, { accountId, extension, number }: Whose): Promise<number> =>
  accountId === null || extension !== null || number !== null ? 0 : store.eraseStatements({ accountId });

/** The audit trail must not name the person who was erased. */
const hiddenDigits = 6;
const subjectOf = ({ extension, number, accountId }: Whose): string =>
  [
    ...(extension === null ? [] : [`extension ${extension}`]),
    ...(number === null ? [] : [`number ${shortenNumber(number, hiddenDigits)}`]),
    ...(accountId === null ? [] : [`account ${accountId}`]),
  ].join(', ');

function staysOf(
  config: Config,
  { extension, accountId }: Whose,
  { isShared, wentOut }: { isShared: boolean; wentOut: number },
): string[] {
  const { backupDir, controller } = retentionPlan(config);
  const backups = listBackups(backupDir, controller).length;
  return [
    ...(extension === null ? [] : ['The directory keeps the phone itself: billing-codes extensions remove.']),
    ...(accountId === null
      ? []
      : ['The directory keeps the account itself: billing-codes accounts change, or disable.']),
    ...(backups === 0
      ? []
      : [`${backups} backups in ${backupDir} are as they were: retention.backupsDays removes them in time.`]),
    ...(wentOut === 0 || config.cdr.dir === ''
      ? []
      : [
          `CDR files of ${wentOut} calls that went out with the number are as they were: retention.cdrDays removes them.`,
        ]),
    ...(isShared ? ['Each other controller has a file of its own: run this there too.'] : []),
  ];
}
