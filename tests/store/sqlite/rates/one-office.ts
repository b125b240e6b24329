import type { Database } from 'better-sqlite3';
import { withFittingTexts } from '../../../../src/records/fitting.ts';
import { withSoundTimes } from '../../../../src/records/closing.ts';
import { openForWriting } from '../../../../src/store/sqlite/database.ts';
import { holdLimitGroups } from '../../../../src/store/sqlite/directory/limit-groups.ts';
import { verifyLedger } from '../../../../src/store/sqlite/ledger/verify.ts';
import type { OperationMessage, Operations } from '../../../../src/store/sqlite/messages.ts';
import { prepareOperations } from '../../../../src/store/sqlite/operations.ts';
import type { Perform } from '../../../../src/store/sqlite/performer.ts';
import { prepareCommit } from '../../../../src/store/sqlite/records/commit.ts';
import { toRow } from '../../../../src/store/sqlite/records/rows.ts';
import { fileStore, type FileStore } from '../../../../src/store/sqlite/store.ts';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import { formatMicros } from '../../../../src/rating/money.ts';
import { randomFrom } from '../../../support/random.ts';
import { plainTerms } from '../../../support/rates.ts';
import {
  accounts,
  inDepartment,
  officeModel,
  randomStep,
  startsAt,
  tableName,
  tariffs,
  type ExpectedPrice,
  type OfficeModel,
  type Step,
} from '../../office-histories.ts';
import { payerOf, used } from '../../../../src/ledger/transfer.ts';
import { closedRecord, plainAccount } from '../../records.ts';

/**
 * Histories of an office (office-histories.ts) in one file, by the writer's own operations on one connection: no thread stands between, and
 * nothing waits for a disk. After each history the file is as it was before it.
 */

const unit = 1_000_000;
const minuteMs = 60_000;
/** The second month, in the time zone of a site that says nothing. */
const monthMs = Date.UTC(2026, 1, 1);
const codeOf = (account: number): string => String(100 + account);
const callIdOf = (place: number): string => `call ${place}`;

type Office = {
  store: FileStore & { save(record: CallRecord): void };
  db: Database;
  ids: readonly { accountId: number; departmentId: number | null }[];
};

const fail = (what: string): never => {
  throw new Error(what);
};

function storeOn(db: Database, file: string): Office['store'] {
  const operations = prepareOperations(db, holdLimitGroups(db));
  const commit = prepareCommit(db);
  const perform: Perform = <Name extends keyof Operations>(name: Name, input: Operations[Name]['input']) =>
    new Promise<Operations[Name]['result']>((resolve) =>
      resolve(operations({ kind: 'operation', id: 0, name, input } as OperationMessage)),
    );
  return {
    ...fileStore(db, perform, { file }),
    save(record) {
      const { failures, late } = commit([toRow(withFittingTexts(withSoundTimes(record)))]);
      if (failures.size + late.length > 0) fail(`${record.callId} was not saved`);
    },
  };
}

async function importTariff(store: FileStore, place: number): Promise<void> {
  const [first, ...more] = tariffs[place] ?? [{ from: 0, price: 1 }];
  const terms = {
    ...{
      prefix: tariffs[place] === null ? '44' : '1',
      destination: 'USA',
      connectFeeMicros: 0,
      minimumChargeMicros: 0,
    },
    ...{ ...plainTerms, firstIncrementMs: minuteMs, nextIncrementMs: minuteMs, validFromMs: null, validUntilMs: null },
    priceMicros: (first?.price ?? 0) * unit,
    tiers: more.map(({ from, price }) => `${from}:${formatMicros(price * unit)}`).join(' '),
  };
  await store.importRates(tableName(place), {
    name: 'rates.csv',
    currency: () => 'USD',
    async *batches() {
      yield await Promise.resolve([{ line: 2, rates: [terms] }]);
    },
  });
}

/** `close` it afterwards. */
export async function openOffice(file: string): Promise<Office> {
  const db = openForWriting({ file });
  const store = storeOn(db, file);
  for (const place of tariffs.keys()) await importTariff(store, place);
  const ids: Office['ids'][number][] = [];
  for (let account = 0; account < accounts; account++) {
    const department = inDepartment(account) ? 'Legal' : null;
    const { id, departmentId } = await store.addAccount({ ...plainAccount(codeOf(account)), department });
    ids.push({ accountId: id, departmentId });
  }
  return { store, db, ids };
}

type Known = Extract<Step, { kind: 'arrive' }>;

/** Each later than the one before, so that it corrects it (`supersedes`). */
function recordOf({ ids }: Office, { call, account, minutes, answered }: Omit<Known, 'kind'>, nth: number): CallRecord {
  const payer = (account === null ? undefined : ids[account]) ?? { accountId: null, departmentId: null };
  return closedRecord(callIdOf(call), {
    ...{ ...payer, startedAtMs: monthMs + startsAt(call) * minuteMs },
    ...{ closedBy: 'controller', estimated: true, outcome: minutes > 0 ? 'answered' : 'cancelled' },
    answeredAtMs: minutes > 0 ? monthMs + answered * minuteMs : null,
    // Billed by the minute begun.
    billableMs: minutes === 0 ? 0 : minutes * minuteMs - ((nth * 7_919) % minuteMs),
    endedAtMs: monthMs + 60 * minuteMs + nth,
  });
}

async function rerate({ store }: Office, model: OfficeModel, { from, until }: { from: number; until: number }) {
  const period = {
    fromMs: monthMs + startsAt(from) * minuteMs,
    untilMs: monthMs + startsAt(until) * minuteMs,
    madeBy: 'anna',
  };
  const [foreseen, done]: [string[], string[]] = [[], []];
  await store.rerate({ ...period, dryRun: true, onChange: ({ callId }) => foreseen.push(callId) });
  await store.rerate({ ...period, onChange: ({ callId }) => done.push(callId) });
  const expected = model.rerate(from, until).map(callIdOf);
  for (const changed of [foreseen, done]) {
    if (changed.join() !== expected.join()) fail(`re-rated ${changed.join()} and not ${expected.join()}`);
  }
}

async function undo({ store }: Office, model: OfficeModel, id: number): Promise<void> {
  if (!model.isUndone(id)) {
    model.undo(id);
    await store.undoRerating(id, 'bert');
    return;
  }
  const refused = await store.undoRerating(id, 'bert').then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (refused !== `Re-rating ${id} was undone already.`) fail(`undone twice: ${refused}`);
}

async function take(office: Office, model: OfficeModel, step: Step, nth: number): Promise<void> {
  const { store } = office;
  model.take(step);
  switch (step.kind) {
    case 'arrive':
    case 'correct':
      model[step.kind](step.call, step);
      {
        store.save(recordOf(office, step, nth));
        return;
      }
    case 'assign': {
      const to = step.to === 'department' ? { department: 'Legal' } : { accountCode: codeOf(step.to) };
      return store.assignRateTable(to, step.table === null ? null : tableName(step.table));
    }
    case 'mark-up':
      await store.saveRateTable(tableName(step.table), { markupPerCallMicros: step.perCall * unit });
      return;
    case 'allow':
      await store.updateAccount(codeOf(step.account), { includedMinutes: step.minutes });
      return;
    case 'rerate':
      return rerate(office, model, step);
    case 'undo':
      return undo(office, model, step.id);
    case 'move':
      model.move(step.call, step.to);
      await store.moveCall({
        callId: callIdOf(step.call),
        toAccountCode: codeOf(step.to),
        why: 'x',
        movedBy: 'anna',
      });
  }
}

type PriceRow = { callId: string; version: number; isCurrent: number; said: string };

/** All versions of all prices, in order. */
function preparePrices(db: Database): () => PriceRow[] {
  const all = db.prepare<[], PriceRow>(
    `SELECT call_id AS callId, version, is_current AS isCurrent,
  json_array(kind, currency, cost_micros, charge_micros, rerating_id, priced_at) AS said
FROM call_prices ORDER BY call_id, version`,
  );
  return () => all.all();
}

const saidOf = (price: ExpectedPrice): string => {
  if (price === null) return 'none';
  return price === 'unrated' ? price : `${price.charge} USD, cost ${price.cost} USD`;
};

function shownOf(said: string): string {
  const [kind, currency, cost, charge] = JSON.parse(said) as [string, string, number, number];
  return kind === 'priced' ? `${charge / unit} ${currency}, cost ${cost / unit} ${currency}` : kind;
}

/** Whatever was there is there still, in the same order, and the last version is the one that counts. */
function compare(before: readonly PriceRow[], after: readonly PriceRow[], model: OfficeModel): void {
  const said = new Map(after.map((row) => [`${row.callId} ${row.version}`, row.said]));
  for (const row of before) {
    if (said.get(`${row.callId} ${row.version}`) !== row.said) fail(`${row.callId}: version ${row.version} is lost`);
  }
  const histories = Map.groupBy(after, ({ callId }) => callId);
  for (const [place, expected] of model.prices()) {
    const history = histories.get(callIdOf(place)) ?? [];
    if (history.some(({ version }, at) => version !== at + 1)) fail(`${callIdOf(place)}: a version is missing`);
    const current = history.filter(({ isCurrent }) => isCurrent === 1);
    if (current.length > 1 || (current[0] ?? history.at(-1)) !== history.at(-1)) {
      fail(`${callIdOf(place)}: not the last version counts`);
    }
    const [price] = current;
    const found = price === undefined ? 'none' : shownOf(price.said);
    if (found !== saidOf(expected)) fail(`${callIdOf(place)} has ${found}, and should have ${saidOf(expected)}`);
  }
}

/** What each account is charged in the ledger, in whole units, by its id; without those that are charged nothing. */
function prepareCharged(db: Database): () => Map<string, number> {
  const moved = db.prepare<[], { debit: string; credit: string; amount: number }>(
    `SELECT debit, credit, sum(amount) AS amount FROM ledger_transfers
WHERE kind IN ('post', 'single') AND unit = 'USD' GROUP BY debit, credit`,
  );
  return () => {
    const charged = new Map<string, number>();
    for (const { debit, credit, amount } of moved.all()) {
      charged.set(debit, (charged.get(debit) ?? 0) + amount / unit);
      charged.set(credit, (charged.get(credit) ?? 0) - amount / unit);
    }
    return new Map([...charged].filter(([payer, amount]) => payer !== used && amount !== 0).sort());
  };
}

function shouldBeCharged({ ids }: Office, model: OfficeModel): Map<string, number> {
  const charged = new Map<string, number>();
  for (const [place, price] of model.prices()) {
    const account = model.calls.get(place)?.account ?? null;
    const payer = payerOf(account === null ? null : (ids[account]?.accountId ?? null));
    const charge = price === null || price === 'unrated' ? 0 : price.charge;
    if (charge > 0) charged.set(payer, (charged.get(payer) ?? 0) + charge);
  }
  return new Map([...charged].sort());
}

/** All that it holds is gone through in one history of so many. */
const verifiedEvery = 20;

/** Makes a function that looks, after a history, at what follows the prices. */
function prepareLookOver(office: Office): (model: OfficeModel, isVerified: boolean) => Promise<void> {
  const { db, store } = office;
  const charged = prepareCharged(db);
  return async (model, isVerified) => {
    const [inLedger, byPrices] = [charged(), shouldBeCharged(office, model)].map((all) => JSON.stringify([...all]));
    if (inLedger !== byPrices) fail(`the ledger says ${inLedger}, and the prices ${byPrices}`);
    const { problems } = isVerified ? verifyLedger(db) : { problems: [] };
    if (problems.length > 0) fail(problems.map(({ problem }) => problem).join('; '));
    const listed = (await store.listReratings()).map(({ id, undoes }) => ({ id, undoes })).reverse();
    if (JSON.stringify(listed) !== JSON.stringify(model.made)) fail('the re-ratings are not those that were made');
  };
}

/** Makes a function that tries the history of a seed; it answers how many steps that were, and throws at the first difference. */
export function preparedHistories(office: Office): (seed: number) => Promise<number> {
  const { db } = office;
  const prices = preparePrices(db);
  const lookOver = prepareLookOver(office);
  return async (seed) => {
    const below = randomFrom(seed);
    const model = officeModel();
    const steps: Step[] = [];
    let before: PriceRow[] = [];
    db.exec('BEGIN');
    try {
      for (let nth = 4 + below(20); nth > 0; nth--) {
        const step = randomStep(below, model);
        steps.push(step);
        await take(office, model, step, steps.length);
        const after = prices();
        compare(before, after, model);
        before = after;
      }
      await lookOver(model, seed % verifiedEvery === 0);
      return steps.length;
    } catch (error) {
      const happened = steps.map((step) => JSON.stringify(step)).join('\n');
      throw new Error(`${error instanceof Error ? error.message : String(error)}, after\n${happened}`, {
        cause: error,
      });
    } finally {
      db.exec('ROLLBACK');
    }
  };
}
