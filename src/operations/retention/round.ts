import type { RetentionStore, Tidied } from '../../store/ports/retention.ts';
import type { SqlServerRetention } from '../../store/sqlserver/retention.ts';
import type { RetentionPeriods } from '../../words/retention.ts';
import { messageOf } from '../../words/thrown.ts';
import { removeOldBackups, removeOldCdrs } from './files.ts';

export type RetentionPlan = RetentionPeriods & {
  hiddenDigits: number;
  /** Empty: none. */
  cdrDir: string;
  backupDir: string;
  controller: string;
};

export type RoundParts = {
  plan: RetentionPlan;
  local: RetentionStore;
  /** Null: the local file is the system of record. Rejects where it cannot be reached. */
  openSqlServer: (() => Promise<SqlServerRetention>) | null;
  /** From when on calls of SQL Server are looked at, UTC milliseconds. */
  fromMs: number;
  nowMs: number;
  /** Between two transactions: calls come first. */
  pause: () => Promise<void>;
  isStopping: () => boolean;
};

/** How many there were of each, and what could not be done, a line each. */
export type Round = {
  numbers: number;
  codes: number;
  records: number;
  cdrs: number;
  backups: number;
  sqlServerCalls: number;
  problems: string[];
};

/** Does what is due after so many days; 0: nothing is. Answers how many. */
type Step = (days: number, work: (beforeMs: number) => Promise<number>) => Promise<number>;

const dayMs = 86_400_000;
/** Some milliseconds of the writer's thread. */
const callsAtOnce = 50;
const sqlServerCallsAtOnce = 500;

/** Does once what is due. Each step stands by itself: what one cannot do does not keep the others from it. */
export async function tidyUp(parts: RoundParts): Promise<Round> {
  const { plan, local, nowMs } = parts;
  const problems: string[] = [];
  const attempt = async (work: () => Promise<number>): Promise<number> => {
    if (parts.isStopping()) return 0;
    try {
      return await work();
    } catch (error) {
      problems.push(messageOf(error));
      return 0;
    }
  };
  const step: Step = async (days, work) => (days === 0 ? 0 : attempt(() => work(nowMs - days * dayMs)));
  const { hiddenDigits } = plan;
  const limit = callsAtOnce;
  // What is removed need not be shortened first.
  const records = await step(plan.recordsDays, (beforeMs) =>
    inTurns(parts, () => local.removeSome({ beforeMs, limit })),
  );
  const numbers = await step(plan.numbersDays, (beforeMs) =>
    inTurns(parts, () => local.shortenSome({ beforeMs, hiddenDigits, limit })),
  );
  const codes = await step(plan.digitsDays, (beforeMs) =>
    inTurns(parts, () => local.forgetSomeCodes({ beforeMs, limit })),
  );
  const cdrs = await step(plan.cdrDir === '' ? 0 : plan.cdrDays, (beforeMs) => removeOldCdrs(plan.cdrDir, beforeMs));
  const backups = await step(plan.backupsDays, (beforeMs) =>
    removeOldBackups(plan.backupDir, plan.controller, beforeMs),
  );
  const sqlServerCalls = await attempt(() => inSqlServer(parts, step));
  return { numbers, codes, records, cdrs, backups, sqlServerCalls, problems };
}

async function inTurns({ pause, isStopping }: RoundParts, turn: () => Promise<Tidied>): Promise<number> {
  let calls = 0;
  for (;;) {
    const tidied = await turn();
    calls += tidied.calls;
    if (tidied.done || isStopping()) return calls;
    await pause();
  }
}

async function inSqlServer(parts: RoundParts, step: Step): Promise<number> {
  const { openSqlServer, plan, fromMs } = parts;
  if (openSqlServer === null || (plan.numbersDays === 0 && plan.digitsDays === 0)) return 0;
  const there = await openSqlServer();
  const { hiddenDigits } = plan;
  const limit = sqlServerCallsAtOnce;
  const turns = (some: () => Promise<number>): Promise<number> =>
    inTurns(parts, async () => {
      const calls = await some();
      return { calls, done: calls < limit };
    });
  try {
    const numbers = await step(plan.numbersDays, async (beforeMs) => {
      await there.rewriteCorrections({ fromMs, beforeMs }, hiddenDigits);
      return turns(() => there.shortenSome({ fromMs, beforeMs, hiddenDigits, limit }));
    });
    const codes = await step(plan.digitsDays, async (beforeMs) => {
      await there.rewriteCorrections({ fromMs, beforeMs }, null);
      return turns(() => there.forgetSomeCodes({ fromMs, beforeMs, limit }));
    });
    return numbers + codes;
  } finally {
    await there.close();
  }
}
