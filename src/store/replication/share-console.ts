import type { DatabaseIdentity } from '../ports/copy-store.ts';
import {
  sharedKinds,
  type ConsoleReplica,
  type RefusedRow,
  type SharedConsole,
  type SharedPositions,
  type TakenRow,
} from '../ports/console-replica.ts';

const rowsAtOnce = 100;
const linesAtOnce = 200;

type Sharing = {
  shared: SharedConsole;
  local: ConsoleReplica;
  database: DatabaseIdentity;
  onProblem: (text: string) => void;
  pause: () => Promise<void>;
  isOver: () => boolean;
};

/** Brings people, tokens and the audit trail of this controller and the others together, until `isOver`. Rejects if either side fails. */
export async function shareConsole({ shared, local, database, onProblem, pause, isOver }: Sharing): Promise<void> {
  const positions = await local.beginSharing(database);
  const tell = ({ kind, reason }: RefusedRow): void =>
    onProblem(`a ${kind} of the console is not taken from SQL Server (dbo.ConsoleRows): ${reason}`);
  while (!isOver()) {
    const latest = await shared.latest();
    await takeRows(positions, latest.version, { shared, local, tell });
    await sendRows(positions, { shared, local, tell });
    await takeAudit(positions, latest.audit, { shared, local });
    await sendAudit(positions, { shared, local });
    await pause();
  }
}

type Sides = Pick<Sharing, 'shared' | 'local'>;
type Telling = Sides & { tell: (row: RefusedRow) => void };

/** What is refused waits for the rest: a token may come before its user, who was changed later. */
async function takeRows(positions: SharedPositions, latest: number, { shared, local, tell }: Telling): Promise<void> {
  const waiting: TakenRow[] = [];
  while (positions.version < latest) {
    const rows = await shared.rowsAfter(positions.version, rowsAtOnce);
    positions.version = rows.at(-1)?.version ?? latest;
    const taken = rows.map((row) => ({ ...row, sent: null }));
    const refused = await local.takeRows(taken, positions.version);
    waiting.push(...taken.filter((row) => refused.some(({ kind, key }) => kind === row.kind && key === row.key)));
  }
  if (waiting.length === 0) return;
  const inOrder = waiting.toSorted((one, other) => sharedKinds.indexOf(one.kind) - sharedKinds.indexOf(other.kind));
  (await local.takeRows(inOrder, positions.version)).forEach(tell);
}

/** What others changed meanwhile comes with the next look: the version that was read stays. */
async function sendRows({ version }: SharedPositions, { shared, local, tell }: Telling): Promise<void> {
  for (;;) {
    const changed = await local.changedRows(rowsAtOnce);
    if (changed.length === 0) return;
    const agreed = await shared.agree(changed);
    (await local.takeRows(agreed, version)).forEach(tell);
    if (changed.length < rowsAtOnce || agreed.length === 0) return;
  }
}

async function takeAudit(positions: SharedPositions, latest: number, { shared, local }: Sides): Promise<void> {
  while (positions.auditRead < latest) {
    const lines = await shared.auditAfter(positions.auditRead, linesAtOnce);
    positions.auditRead = lines.at(-1)?.id ?? latest;
    await local.takeAudit(
      lines.filter(({ isOwn }) => !isOwn),
      positions.auditRead,
    );
  }
}

async function sendAudit(positions: SharedPositions, { shared, local }: Sides): Promise<void> {
  for (;;) {
    const lines = await local.auditAfter(positions.auditSent, linesAtOnce);
    const last = lines.at(-1);
    if (last === undefined) return;
    await shared.appendAudit(lines);
    positions.auditSent = last.id;
    await local.noteAuditSent(last.id);
  }
}
