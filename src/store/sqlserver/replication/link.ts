import type sql from 'mssql';
import type { Clock } from '../../../words/clock.ts';
import type { Account } from '../../../words/directory.ts';
import type { CallType } from '../../../words/call-type.ts';
import { countryFinder } from '../../../reports/country.ts';
import { messageOf } from '../../../words/thrown.ts';
import { parsePosition, type ChangePosition } from '../../replication/change-position.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import { StoreError } from '../../ports/store.ts';
import { saveRecords, sentBy, type SentRecord } from '../records/records.ts';
import { canContinue, readAccount, readAll, readChanges } from './directory.ts';
import { addressOf, connect } from '../connect.ts';
import { selectAccounts, type AccountRow } from '../directory/directory.ts';
import { checkSchema } from '../migrate.ts';
import { pricesOfMoved } from '../records/moved-price.ts';
import { prepareRateSync } from './rates.ts';
import { sqlServerRates } from '../rates/rates.ts';

export type LinkEvent =
  | { kind: 'up' }
  /** `reason`: one line for the person who can act. */
  | { kind: 'down'; reason: string }
  /** The copy was up to date so long ago. */
  | { kind: 'fresh'; agoMs: number }
  | { kind: 'progress'; what: 'accounts' | 'rates'; copied: number }
  | { kind: 'problem'; text: string };

export type LinkOptions = {
  local: ReplicaStore & RateReplicaStore;
  config: sql.config;
  syncMs: number;
  freeCallTypes: readonly CallType[];
  clock: Clock;
  tell: (event: LinkEvent) => void;
};

export type Link = {
  /** Asks SQL Server for a code that the copy does not have, and keeps it in the copy. Rejects while it is away. */
  lookUp(code: string): Promise<Account | null>;
  stop(): Promise<void>;
};

const firstRetryMs = 250;
const maximumRetryMs = 30_000;
const outboxPause = 200;
const recordsAtOnce = 50;
const noteFreshEveryMs = 30_000;

/**
 * The link of one controller to SQL Server: copies the directory's changes, sends the call records that wait, connects again
 * with growing pauses. It has a thread of its own (link-thread.ts).
 */
export function startLink({ local, config, syncMs, freeCallTypes, clock, tell }: LinkOptions): Link {
  const where = addressOf(config);
  let pool: sql.ConnectionPool | null = null;
  /** Of its own, and open before it is needed: a caller waits for it. */
  let lookups: sql.ConnectionPool | null = null;
  let isStopped = false;
  const stopping = Promise.withResolvers<undefined>();
  const isOver = (): boolean => isStopped;
  const told = new Set<string>();
  const sentOf = sentBy(countryFinder());

  /** Once each: a row that stays wrong is read again and again. */
  const onProblem = (text: string): void => {
    if (told.has(text)) return;
    told.add(text);
    tell({ kind: 'problem', text });
  };

  const pause = (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = clock.after(ms, () => resolve(undefined));
    return Promise.race([promise, stopping.promise]).then(cancel);
  };

  async function run(): Promise<void> {
    await local.enableOutbox();
    for (let retryMs = firstRetryMs; !isStopped;) {
      try {
        const opened = await connect(config, () => undefined);
        pool = opened;
        await checkSchema(opened, where);
        lookups = await connect({ ...config, pool: { min: 1, max: 4 } }, () => undefined);
        await accountByCode(lookups, '');
        tell({ kind: 'up' });
        retryMs = firstRetryMs;
        await serve(opened);
      } catch (error) {
        if (!isOver()) tell({ kind: 'down', reason: messageOf(error) });
      }
      const closing = [pool, lookups];
      pool = null;
      lookups = null;
      // A pool whose server hangs may take as long as its requests to close.
      for (const each of closing) void each?.close().catch(() => undefined);
      // Jitter: controllers that lost the server together do not come back together.
      await pause(retryMs * (0.5 + Math.random()));
      retryMs = Math.min(retryMs * 2, maximumRetryMs);
    }
  }

  /** Until either loop fails; the other ends with its next request, since the pool is gone. */
  async function serve(opened: sql.ConnectionPool): Promise<void> {
    const session = { isOver: false };
    const loops = [synchronise, synchroniseRates, send].map(async (loop) => {
      try {
        await loop(opened, session);
      } finally {
        session.isOver = true;
      }
    });
    const [first] = (await Promise.allSettled(loops)).filter(({ status }) => status === 'rejected');
    if (first?.status === 'rejected') throw first.reason;
  }

  async function synchronise(opened: sql.ConnectionPool, session: Session): Promise<void> {
    const kept = parsePosition(await local.directoryPosition(), clock.monotonicMs());
    const isKept = kept !== null && (await canContinue(opened, 'dbo.DirectoryChanges', kept));
    let position = isKept ? kept : await copyAll(opened);
    let notedMs = -Infinity;
    while (!isOver() && !session.isOver) {
      const [atMs, beginsMs] = [clock.nowMs(), clock.monotonicMs()];
      const changes = await readChanges(opened, position, beginsMs, onProblem);
      if (changes !== null) {
        await local.applyDirectory(changes.batch);
        position = changes.position;
        if (changes.more) continue;
      }
      tell({ kind: 'fresh', agoMs: clock.monotonicMs() - beginsMs });
      if (beginsMs - notedMs > noteFreshEveryMs) {
        await local.noteFresh(atMs);
        notedMs = beginsMs;
      }
      await pause(syncMs);
    }
  }

  /** A loop of its own: copying a million rates must not delay the revocation of a code. */
  async function synchroniseRates(opened: sql.ConnectionPool, session: Session): Promise<void> {
    const isEnded = (): boolean => isOver() || session.isOver;
    // Rates are assigned to accounts, which must be here.
    while (!isEnded() && (await local.directoryPosition()) === null) await pause(syncMs);
    const synchroniseOnce = prepareRateSync({
      ...{ pool: opened, local, onProblem, nowMs: () => clock.monotonicMs(), isOver: isEnded },
      onProgress: (copied) => tell({ kind: 'progress', what: 'rates', copied }),
    });
    while (!isEnded()) {
      await synchroniseOnce();
      await pause(syncMs);
    }
  }

  async function copyAll(opened: sql.ConnectionPool): Promise<ChangePosition> {
    let accounts = 0;
    let position: ChangePosition | null = null;
    for await (const batch of readAll(opened, clock.monotonicMs(), onProblem)) {
      await local.applyDirectory(batch);
      accounts += batch.accounts.length;
      if (batch.accounts.length > 0) tell({ kind: 'progress', what: 'accounts', copied: accounts });
      position = parsePosition(batch.position, clock.monotonicMs());
    }
    return position ?? { last: 0, gaps: [] };
  }

  async function send(opened: sql.ConnectionPool, session: Session): Promise<void> {
    while (!isOver() && !session.isOver) {
      const { entries, upTo } = await local.readOutbox(recordsAtOnce);
      if (upTo === null) {
        await pause(outboxPause);
        continue;
      }
      await local.settleOutbox(
        upTo,
        await sendAll(
          opened,
          entries.map(({ record, price }) => sentOf(record, price)),
        ),
      );
    }
  }

  /** All together; where one is refused, one by one, and the refused ones are named. */
  async function sendAll(
    opened: sql.ConnectionPool,
    records: readonly SentRecord[],
  ): Promise<{ callId: string; reason: string; atMs: number }[]> {
    try {
      await save(opened, records);
      return [];
    } catch (error) {
      if (!concernsRecord(error)) throw error;
    }
    const refused: { callId: string; reason: string; atMs: number }[] = [];
    for (const one of records) {
      try {
        await saveOne(opened, one);
      } catch (error) {
        if (!concernsRecord(error)) throw error;
        const { callId } = one.record;
        const reason = messageOf(error);
        tell({ kind: 'problem', text: `SQL Server refuses the record of call ${callId}, it is set aside: ${reason}` });
        refused.push({ callId, reason, atMs: clock.nowMs() });
      }
    }
    return refused;
  }

  /** Two controllers may write the same call at the same moment: the second time, it is there. */
  async function saveOne(opened: sql.ConnectionPool, one: SentRecord): Promise<void> {
    try {
      await save(opened, [one]);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'duplicate') throw error;
      await save(opened, [one]);
    }
  }

  function save(opened: sql.ConnectionPool, records: readonly SentRecord[]): Promise<void> {
    return saveRecords(opened, where, records, {
      priceMoved: pricesOfMoved(sqlServerRates(opened, where), freeCallTypes),
    });
  }

  const running = run();
  return {
    async lookUp(code) {
      if (lookups === null) throw new StoreError('unavailable', `SQL Server ${where} is away.`);
      const row = await accountByCode(lookups, code);
      if (row === null) return null;
      const account = { ...readAccount(row, onProblem), departmentId: null };
      await local.applyDirectory({
        ...{ departments: [], accounts: [account], extensions: [], removed: [], complete: [], position: null },
      });
      return account;
    },
    async stop() {
      isStopped = true;
      stopping.resolve(undefined);
      await running;
    },
  };
}

type Session = { isOver: boolean };

function concernsRecord(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'invalid' || error.code === 'duplicate');
}

async function accountByCode(pool: sql.ConnectionPool, code: string): Promise<AccountRow | null> {
  const { recordset } = await pool
    .request()
    .input('code', code)
    .query<AccountRow>(`${selectAccounts} WHERE Code = @code`);
  return recordset[0] ?? null;
}
