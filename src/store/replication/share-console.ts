import type { DatabaseIdentity } from '../ports/copy-store.ts';
import {
  sharedKinds,
  type ConsoleReplica,
  type SharedConsole,
  type SharedPositions,
  type SharedRow,
  type TakenRow,
  type VersionedRow,
} from '../ports/console-replica.ts';

const rowsAtOnce = 100;
const linesAtOnce = 200;
/** However much there is to send, what others changed is read in between. */
const setsALook = 10;

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
  const tell = (row: SharedRow, reason: string): void =>
    onProblem(`${named(row)} of the console is not taken from SQL Server: ${reason}`);
  const lookBeyond = lookingBeyond(shared, tell);
  while (!isOver()) {
    const latest = await shared.latest();
    await lookBeyond();
    await takeRows(positions, latest.version, { shared, local, tell });
    await sendRows(positions, { shared, local, tell });
    await takeAudit(positions, latest.audit, { shared, local });
    await sendAudit(positions, { shared, local });
    await pause();
  }
}

type Sides = Pick<Sharing, 'shared' | 'local'>;
type Telling = Sides & { tell: (row: SharedRow, reason: string) => void };

/** Of keys no more than tells them apart: that of a token is the hash of what it is shown. */
const named = ({ kind, key, content }: SharedRow): string =>
  `${kind} ${JSON.stringify(content['name'] ?? '')} (dbo.ConsoleRows, RowKey ${key.slice(0, 12)})`;

/**
 * Makes what looks for rows whose version says nothing, as by hand: nobody takes them. One that came just now, after the latest was read,
 * is no such row, and is not there with the next look.
 */
function lookingBeyond(shared: SharedConsole, tell: Telling['tell']): () => Promise<void> {
  let before: readonly VersionedRow[] = [];
  return async () => {
    const beyond = await shared.rowsBeyond();
    const stayed = beyond.filter(({ kind, key, version }) =>
      before.some((row) => row.kind === kind && row.key === key && row.version === version),
    );
    before = beyond;
    for (const row of stayed)
      tell(row, `its Version, ${row.version}, is not from 1 up to that of dbo.ConsoleVersion; give it the next one`);
  };
}

/** What is refused waits for the rest: a token may come before its user, who was changed later. */
async function takeRows(positions: SharedPositions, latest: number, { shared, local, tell }: Telling): Promise<void> {
  const waiting: TakenRow[] = [];
  while (positions.version < latest) {
    const page = await shared.rowsAfter(positions.version, rowsAtOnce);
    // A version that nobody has come to would hide whatever comes until then.
    const rows = page.filter(({ version }) => version <= latest);
    positions.version = rows.at(-1)?.version ?? latest;
    const taken = rows.map((row) => ({ ...row, sent: null }));
    const refused = await local.takeRows(taken, positions.version);
    waiting.push(...taken.filter((row) => refused.some(({ kind, key }) => kind === row.kind && key === row.key)));
  }
  if (waiting.length === 0) return;
  const inOrder = waiting.toSorted((one, other) => sharedKinds.indexOf(one.kind) - sharedKinds.indexOf(other.kind));
  await takeOrTell(inOrder, positions.version, { local, tell });
}

async function takeOrTell(
  rows: readonly TakenRow[],
  version: number,
  { local, tell }: Pick<Telling, 'local' | 'tell'>,
): Promise<void> {
  for (const { kind, key, reason } of await local.takeRows(rows, version)) {
    const row = rows.find((one) => one.kind === kind && one.key === key);
    tell(row ?? { kind, key, content: {} }, reason);
  }
}

/** What others changed meanwhile comes with the next look: the version that was read stays. */
async function sendRows({ version }: SharedPositions, { shared, local, tell }: Telling): Promise<void> {
  for (let sets = 0; sets < setsALook; sets += 1) {
    const changed = await local.changedRows(rowsAtOnce);
    if (changed.length === 0) return;
    const agreed = await shared.agree(changed);
    await takeOrTell(agreed, version, { local, tell });
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
