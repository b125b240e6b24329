import { dirname, join } from 'node:path';
import type { Refuge } from '../records/refuge.ts';
import type { Whereabouts } from '../store/sqlite/place.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import type { GuardedStore } from './guarded-store.ts';
import type { Log } from './log.ts';

/** What is wrong with the local file; null: nothing. */
export type FileTrouble = { name: 'database-gone' | 'database-replaced' | 'database-damaged'; problem: string };

export type DataFolderWatch = {
  trouble(): FileTrouble | null;
  /** SQLite says so of the file that is open. */
  damaged(why: string): void;
  /** Of the file that is at its place, which may be another one by now. */
  damagedIfThere(why: string): Promise<void>;
  stop(): Promise<void>;
};

export type DataFolderOptions = {
  file: string;
  look: () => Promise<Whereabouts>;
  guarded: Pick<GuardedStore, 'beginLook' | 'toRefuge'>;
  copyTo: (file: string) => Promise<void>;
  refuge: Pick<Refuge, 'file'>;
  clock: Clock;
  log: Log;
};

type Watching = {
  readonly options: DataFolderOptions;
  trouble: FileTrouble | null;
  /** It stays until the controller is started again. */
  isFinal: boolean;
  /** Of what was deleted a copy is at its place. */
  rescued: boolean;
  closed: boolean;
  cancel: () => void;
  current: Promise<void>;
};

const everyMs = 1_000;

/**
 * Notices within seconds that the database is no longer where it was, whoever moved, deleted or replaced it while the controller runs.
 * Calls go on with the file that is open; what becomes of their records is said in each case.
 */
export function watchDataFolder(options: DataFolderOptions): DataFolderWatch {
  const watching: Watching = {
    ...{ options, trouble: null, isFinal: false, rescued: false, closed: false },
    ...{ cancel: () => undefined, current: Promise.resolve() },
  };
  tick(watching);
  const damaged = (why: string): void => {
    if (watching.isFinal) return;
    watching.isFinal = true;
    options.guarded.toRefuge();
    say(watching, { name: 'database-damaged', problem: damagedText(options.file, why) });
  };
  return {
    trouble: () => watching.trouble,
    damaged,
    async damagedIfThere(why) {
      if ((await options.look()).kind === 'there') damaged(why);
    },
    async stop() {
      watching.closed = true;
      watching.cancel();
      await watching.current;
    },
  };
}

function tick(watching: Watching): void {
  watching.cancel = watching.options.clock.after(everyMs, () => {
    watching.current = round(watching).finally(() => {
      if (!watching.closed) tick(watching);
    });
  });
}

async function round(watching: Watching): Promise<void> {
  const { look, guarded } = watching.options;
  const inOrder = guarded.beginLook();
  const found = await look();
  if (watching.closed) return;
  switch (found.kind) {
    case 'there':
      inOrder();
      if (!watching.isFinal) say(watching, null);
      return;
    case 'moved':
      say(watching, { name: 'database-gone', problem: movedText(watching.options.file) });
      return;
    case 'deleted':
      await rescue(watching);
      return;
    case 'replaced':
      if (!watching.rescued) await giveWay(watching, found.nameless);
      return;
    case 'unknown':
      say(watching, { name: 'database-gone', problem: `${watching.options.file} cannot be looked at: ${found.why}` });
  }
}

/** What is deleted is still there for this process, and no one else can have written to it. */
async function rescue(watching: Watching): Promise<void> {
  const { file, copyTo, guarded } = watching.options;
  watching.isFinal = true;
  watching.rescued = false;
  guarded.toRefuge();
  try {
    await copyTo(file);
    watching.rescued = true;
    say(watching, { name: 'database-gone', problem: rescuedText(file) });
  } catch (error) {
    say(watching, { name: 'database-gone', problem: lostText(file, messageOf(error)) });
  }
}

async function giveWay(watching: Watching, nameless: boolean): Promise<void> {
  const { file, copyTo, guarded, clock } = watching.options;
  if (watching.trouble?.name === 'database-replaced') return;
  watching.isFinal = true;
  guarded.toRefuge();
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(':', '');
  const before = nameless ? join(dirname(file), `billing-codes-before-${stamp}.db`) : null;
  try {
    if (before !== null) await copyTo(before);
    say(watching, { name: 'database-replaced', problem: replacedText(file, before) });
  } catch (error) {
    say(watching, {
      name: 'database-replaced',
      problem: `${replacedText(file, null)}; what was only in the one before could not be copied: ${messageOf(error)}`,
    });
  }
}

/** One line where something has changed. */
function say(watching: Watching, trouble: FileTrouble | null): void {
  const { log, refuge, file } = watching.options;
  const isNews = trouble?.problem !== watching.trouble?.problem;
  watching.trouble = trouble;
  if (!isNews) return;
  if (trouble === null) log.warn(`${file} is back where it was`);
  else log.error(trouble.problem, { records: refuge.file() ?? dirname(file) });
}

const kept = 'the records of its calls are kept in files beside it (unwritten-*.jsonl), which the next start takes up';

const movedText = (file: string): string =>
  `${file} (data.dir) was moved while the controller runs: calls go on and are recorded in the file where it is now; ` +
  'move it back, or stop the controller and set data.dir to its new place';
const rescuedText = (file: string): string =>
  `${file} (data.dir) was deleted while the controller runs: a copy with all that was in it has been put there again; ` +
  `restart the controller; until then calls go on, and ${kept}`;
const lostText = (file: string, why: string): string =>
  `${file} (data.dir) was deleted while the controller runs and cannot be written again (${why}): let its folder be written to, and do not stop the controller before; ` +
  'call records are kept in memory, and only emergency calls go out';
const replacedText = (file: string, before: string | null): string =>
  `${file} (data.dir) was replaced by another file while the controller runs: restart the controller to use it; until then calls go on with the one before, and ${kept}` +
  (before === null ? '' : `; the one before is now ${before}`);
const damagedText = (file: string, why: string): string =>
  `${file} (data.dir) is damaged (${why}): stop the controller, keep a copy of the file, put the last backup in its place, and start again; until then ${kept}`;
