/**
 * The thread that writes the local file: the only place where anything waits for the disk. `writer.ts` starts it and is its
 * other end.
 *
 * Committing blocks this thread, so what arrives meanwhile waits in its port and becomes the next transaction (group commit).
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { SqlValue } from './records/rows.ts';
import type { Reservation } from '../ports/ledger.ts';
import { holdLimitGroups, type HeldGroups } from './directory/limit-groups.ts';
import { prepareMoneyMoved } from './ledger/moved.ts';
import { prepareCommit } from './records/commit.ts';
import { copyDatabase } from './copy.ts';
import { boundWaits, openForWriting } from './database.ts';
import type { WriteOptions } from './database.ts';
import { toStoreError } from './errors.ts';
import { systemClock } from '../../words/clock.ts';
import { insideThread } from '../../threads/inside.ts';
import type { FromWriter, OperationMessage, SentError, ToWriter } from './messages.ts';
import { loadSqlite } from './native.ts';
import { prepareOperations } from './operations.ts';

const sent = (error: unknown, file: string): SentError => {
  const { code, message } = toStoreError(error, file);
  return { code, message };
};

function nextMessage(port: MessagePort): ToWriter | null {
  const next: { message: ToWriter } | undefined = receiveMessageOnPort(port);
  return next?.message ?? null;
}

/**
 * SQLite puts the WAL into the file inside of a commit, every 1,000 pages, and the call that waits for that commit waits for two
 * more fsyncs. Here it is done more often and after the answers are out; what SQLite does by itself is for times without a pause.
 */
const rowsBetweenCheckpoints = 200;
/** What an operation of another thread counts for: it copies up to some hundreds of rows. */
const rowsOfOperation = 50;
const maximumPages = 8_000;

/** Checkpoints between transactions, counted in rows. */
function prepareCheckpoints(db: Database): { count: (rows: number) => void; checkpoint: () => void } {
  let sinceCheckpoint = 0;
  db.pragma(`wal_autocheckpoint = ${maximumPages}`);
  return {
    count: (rows) => void (sinceCheckpoint += rows),
    checkpoint() {
      if (sinceCheckpoint < rowsBetweenCheckpoints) return;
      sinceCheckpoint = 0;
      try {
        // Waits for nobody; what a reader still needs stays (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
        db.pragma('wal_checkpoint(PASSIVE)');
      } catch {
        // Disk full or broken: the next commit meets it too, and says so.
      }
    },
  };
}

type Gathering = {
  gather: (message: Extract<ToWriter, { kind: 'save' }>) => void;
  /** Null: there are no rows. */
  commitRows: () => Extract<FromWriter, { kind: 'saved' }> | null;
};

/** The rows of one turn. */
function gatherRows(commit: ReturnType<typeof prepareCommit>, boundWait: (askedMs: number) => void): Gathering {
  let first = 0;
  let askedMs = 0;
  let rows: (readonly SqlValue[])[] = [];
  let reservations = new Map<number, Reservation>();
  return {
    gather(message) {
      if (rows.length === 0) [first, askedMs] = [message.first, message.askedMs];
      for (const [place, reservation] of message.reservations) reservations.set(rows.length + place, reservation);
      rows.push(...message.rows);
    },
    commitRows() {
      if (rows.length === 0) return null;
      boundWait(askedMs);
      const { failures, late, commits } = commit(rows, reservations);
      const count = rows.length;
      rows = [];
      reservations = new Map();
      return {
        ...{ kind: 'saved', first, count, commits },
        late: late.map((index) => first + index),
        failures: [...failures].map(([index, { code, message }]) => ({ id: first + index, code, message })),
      };
    },
  };
}

/** Other threads of this process have their operations carried out here, each over a port of its own. */
function answerOthers(answer: (message: OperationMessage) => FromWriter, answered: () => void) {
  const ports = new Set<MessagePort>();
  return {
    add(port: MessagePort): void {
      ports.add(port);
      port.on('close', () => ports.delete(port));
      port.on('message', (message: OperationMessage) => {
        port.postMessage(answer(message));
        answered();
      });
    },
    closeAll(): void {
      for (const port of ports) port.close();
    },
  };
}

function tellingOfMoney(db: Database, groups: HeldGroups, send: (message: FromWriter) => void): () => void {
  const moneyMoved = prepareMoneyMoved(db, groups);
  return () => {
    const moved = moneyMoved();
    if (moved.length > 0) send({ kind: 'money-moved', moved });
  };
}

function copyTo(db: Database, to: string): Promise<FromWriter> {
  return copyDatabase(db, to).then(
    () => ({ kind: 'copied', to, error: null }),
    (error: unknown) => ({ kind: 'copied', to, error: sent(error, to) }),
  );
}

type Answering = {
  db: Database;
  groups: HeldGroups;
  rules: WriteOptions['rules'];
  boundWait: (askedMs: number) => void;
};

function answering(
  { db, groups, rules, boundWait }: Answering,
  before: () => void,
  after: () => void,
): (message: OperationMessage) => FromWriter {
  const perform = prepareOperations(db, groups, rules);
  return (message) => {
    before();
    boundWait(message.askedMs);
    try {
      const result = perform(message);
      after();
      return { kind: 'done', id: message.id, result };
    } catch (error) {
      return { kind: 'failed', id: message.id, error: sent(error, db.name) };
    }
  };
}

/** One synchronous turn: everything that waits in the port goes into the same transaction. */
function takeTurn(port: MessagePort, first: ToWriter, receive: (message: ToWriter) => void): void {
  receive(first);
  for (let next = nextMessage(port); next !== null; next = nextMessage(port)) receive(next);
}

function serve(port: MessagePort, db: Database, { rules }: WriteOptions): void {
  const send = (message: FromWriter) => port.postMessage(message);
  const groups = holdLimitGroups(db);
  const boundWait = boundWaits(db, systemClock);
  const { gather, commitRows } = gatherRows(prepareCommit(db, rules), boundWait);
  const { count, checkpoint } = prepareCheckpoints(db);
  const tellOfMoney = tellingOfMoney(db, groups, send);

  const confirmRows = () => {
    const saved = commitRows();
    if (saved === null) return;
    count(saved.count);
    tellOfMoney();
    send(saved);
  };

  const answer = answering({ db, groups, rules, boundWait }, confirmRows, tellOfMoney);

  const others = answerOthers(answer, () => {
    count(rowsOfOperation);
    checkpoint();
  });

  const receive = (message: ToWriter) => {
    switch (message.kind) {
      case 'open':
        return;
      case 'share':
        others.add(message.port);
        return;
      case 'save':
        gather(message);
        return;
      case 'operation':
        send(answer(message));
        return;
      case 'copy':
        void copyTo(db, message.to).then(send);
        return;
      case 'close':
        confirmRows();
        db.close();
        others.closeAll();
        port.close();
    }
  };

  port.on('message', (message: ToWriter) => {
    takeTurn(port, message, receive);
    confirmRows();
    if (db.open) checkpoint();
  });
  send({ kind: 'ready' });
}

const { data: options, port } = insideThread<WriteOptions, ToWriter, FromWriter>('writer.ts', loadSqlite);
try {
  serve(port, openForWriting(options), options);
} catch (error) {
  port.postMessage({ kind: 'refused', error: sent(error, options.file) } satisfies FromWriter);
  port.close();
}
