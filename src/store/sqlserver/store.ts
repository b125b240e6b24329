import type sql from 'mssql';
import type { CallRecordReader, CallRecordStore, Saved } from '../ports/call-records.ts';
import type { DirectoryAdmin } from '../ports/directory-admin.ts';
import type { DirectoryLookup } from '../ports/directory-lookup.ts';
import type { CallRecord } from '../../words/call-record.ts';
import type { MoveStore } from '../ports/move-store.ts';
import type { PhoneLockStore } from '../ports/phone-locks.ts';
import type { RateStore } from '../ports/rate-store.ts';
import type { RatesWorkshop } from '../ports/rates-workshop.ts';
import { StoreError } from '../ports/store-error.ts';
import { countryFinder } from '../../reports/country.ts';
import type { OnceStore } from '../ports/once.ts';
import { sqlServerOnce } from './console/once.ts';
import { saveRecords } from './records/commit.ts';
import { readCallRecords, type RunningElsewhere } from './records/records.ts';
import { sentBy } from './records/rows.ts';
import { connect } from './connect.ts';
import { addressOf } from './settings.ts';
import { sqlServerLocks } from './locks/locks.ts';
import { readDirectory } from './directory/directory.ts';
import { checkSchema } from './migrate.ts';
import { sqlServerMoves } from './records/moves.ts';
import { writeDirectory } from './directory/operations.ts';
import { importRates } from './rates/import.ts';
import type { ReportSource } from '../../reports/report.ts';
import { sqlServerReports } from './reports/reports.ts';
import { sqlServerRateTables } from './rates/tables.ts';
import { sqlServerRates } from './rates/rates.ts';
import { sqlServerRerating } from './rates/rerating.ts';
import type { PricingRules } from '../../words/pricing-rules.ts';

/** SQL Server as the system of record, asked directly: administration, reports, and the link of a controller; never a call. */
export type SqlServerStore = DirectoryLookup &
  DirectoryAdmin &
  CallRecordStore &
  CallRecordReader &
  RunningElsewhere &
  MoveStore &
  PhoneLockStore &
  Omit<ReportSource, 'close'> &
  ReturnType<typeof sqlServerRates> &
  ReturnType<typeof sqlServerRerating> &
  ReturnType<typeof sqlServerRateTables> & {
    /** As `RateStore.importRates`; `openWorkshop` opens what the file is checked and compared in. */
    importRatesIn(
      openWorkshop: () => Promise<RatesWorkshop>,
      ...args: Parameters<RateStore['importRates']>
    ): ReturnType<RateStore['importRates']>;
    /** What happens once on all controllers, of which this one is asking. */
    once(controller: string): OnceStore;
    close(): Promise<void>;
  };

/** Opens the store; rejects with a `StoreError` where server, login or schema are not what they must be. */
export async function openSqlServerStore(
  config: sql.config,
  options: { rules?: PricingRules } = {},
): Promise<SqlServerStore> {
  const where = addressOf(config);
  const pool = await connect(config, () => undefined);
  try {
    await checkSchema(pool, where);
  } catch (error) {
    await pool.close();
    throw error;
  }
  let closed = false;
  const open: Guard = (work) => {
    return (...args) =>
      closed
        ? Promise.reject(new StoreError('unavailable', `SQL Server ${where}: the store is closed.`))
        : work(...args);
  };
  const records = readCallRecords(pool, where);
  const save = saveInOrder(pool, where, records);
  const rates = sqlServerRates(pool, where);
  const locks = sqlServerLocks(pool, where);
  const tables = sqlServerRateTables(pool, where);
  const moves = sqlServerMoves(pool, where, { rates, rules: options.rules });
  return {
    ...sqlServerReports(pool, where),
    ...directoryOf(pool, where, open),
    listRateTables: open(() => tables.listRateTables()),
    saveRateTable: open((name, changes) => tables.saveRateTable(name, changes)),
    assignRateTable: open((to, table) => tables.assignRateTable(to, table)),
    rateTableOf: open((call) => rates.rateTableOf(call)),
    ratesFor: open((tableId, e164) => rates.ratesFor(tableId, e164)),
    monthSoFar: open((payer, month) => rates.monthSoFar(payer, month)),
    allowanceOf: open((accountId) => rates.allowanceOf(accountId)),
    importRatesIn: open((openWorkshop, ...args) => importRates({ pool, where, openWorkshop }, ...args)),
    exportRates: (...args) => rates.exportRates(...args),
    listRateVersions: open((table) => rates.listRateVersions(table)),
    ...sqlServerRerating(pool, where, rates, options.rules),
    findCallRecord: open((callId) => records.findCallRecord(callId)),
    listCallRecords: open((filter) => records.listCallRecords(filter)),
    listRunningElsewhere: open((controller, limit) => records.listRunningElsewhere(controller, limit)),
    keepLock: open((lock) => locks.keepLock(lock)),
    listLocks: open((nowMs) => locks.listLocks(nowMs)),
    releaseLocks: open((phone) => locks.releaseLocks(phone)),
    moveCall: open((request) => moves.moveCall(request)),
    listMoves: open((filter) => moves.listMoves(filter)),
    once: (controller) => sqlServerOnce(pool, where, controller),
    save: open((record) => save.save(record)),
    async close() {
      if (closed) return;
      closed = true;
      await save.settled();
      await pool.close();
    },
  };
}

/** Makes a method reject with a `StoreError` once the store is closed. */
type Guard = <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) => (...args: Args) => Promise<T>;

function directoryOf(pool: sql.ConnectionPool, where: string, open: Guard): DirectoryLookup & DirectoryAdmin {
  const directory = readDirectory(pool, where);
  const admin = writeDirectory(pool, where);
  return {
    findAccountByCode: open((code) => directory.findAccountByCode(code)),
    findAccountById: open((id) => directory.findAccountById(id)),
    findExtension: open((number) => directory.findExtension(number)),
    listAccounts: open((filter) => directory.listAccounts(filter)),
    pageAccounts: open((page) => directory.pageAccounts(page)),
    listCodes: open(() => directory.listCodes()),
    countAccounts: open(() => directory.countAccounts()),
    accountsNamed: open((name) => directory.accountsNamed(name)),
    codesAmong: open((codes) => directory.codesAmong(codes)),
    listExtensions: open(() => directory.listExtensions()),
    listDepartments: open(() => directory.listDepartments()),
    listDepartmentUse: open(() => directory.listDepartmentUse()),
    listDestinations: open(() => directory.listDestinations()),
    addAccount: open((input) => admin.addAccount(input)),
    updateAccount: open((code, changes) => admin.updateAccount(code, changes)),
    importAccounts: open((inputs) => admin.importAccounts(inputs)),
    addExtension: open((input) => admin.addExtension(input)),
    updateExtension: open((number, changes) => admin.updateExtension(number, changes)),
    removeExtension: open((number) => admin.removeExtension(number)),
    importExtensions: open((inputs) => admin.importExtensions(inputs)),
    addDepartment: open((input) => admin.addDepartment(input)),
    updateDepartment: open((name, changes) => admin.updateDepartment(name, changes)),
    importDepartments: open((inputs) => admin.importDepartments(inputs)),
    removeDepartment: open((name) => admin.removeDepartment(name)),
    addDestination: open((input) => admin.addDestination(input)),
    updateDestination: open((name, changes) => admin.updateDestination(name, changes)),
    importDestinations: open((inputs) => admin.importDestinations(inputs)),
    removeDestination: open((name) => admin.removeDestination(name)),
  };
}

/** Saves of one call must arrive in their order, so each waits for the one before. */
function saveInOrder(pool: sql.ConnectionPool, where: string, records: CallRecordReader) {
  const sent = sentBy(countryFinder());
  let saving: Promise<unknown> = Promise.resolve();
  return {
    save(record: CallRecord): Promise<Saved> {
      const save = saving.then(async (): Promise<Saved> => {
        await saveRecords(pool, where, [sent(record, null)]);
        const isLate = record.endedAtMs === null && (await records.findCallRecord(record.callId))?.endedAtMs != null;
        return isLate ? 'call-over' : 'saved';
      });
      saving = save.catch(() => undefined);
      return save;
    },
    settled: () => saving,
  };
}
