import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import type { CdrCloser } from './closer.ts';
import { badFolder, doneFolder } from './folder.ts';
import { stuckText, unmovable, unreadableText } from './folder-trouble.ts';
import { maxCdrBytes, readJsonCdr } from './json-cdr.ts';
import { createPostponed, type Postponed } from './postponed.ts';
import { exists, listFolder, moveInto, type SpoolFile } from './spool-files.ts';

/** The folder that mod_json_cdr writes to, read at start and watched from then on. */
export type Spool = {
  /** Resolves once what is there has been looked at, and what is complete has been taken. */
  scan(): Promise<void>;
  counts(): Readonly<SpoolCounts>;
  /** What keeps CDRs from being taken, in one line that says what to do; null: nothing. */
  trouble(): string | null;
  /** Takes up nothing new and waits for what is being taken. */
  close(): Promise<void>;
};

export type SpoolCounts = { taken: number; foreign: number; quarantined: number };

export type SpoolLog = {
  quarantined(file: string, why: string): void;
  /** What is wrong with the folder as a whole, and what to do; or that it is in order again. */
  trouble(text: string): void;
  /** A CDR could not be stored or moved: it stays and is tried again. */
  problem(what: string, error: string): void;
};

export type SpoolOptions = {
  folder: string;
  closer: CdrCloser;
  clock: Clock;
  /** The present moment, if in doubt the later one. */
  latestMs: () => number;
  log: SpoolLog;
  /** How often the folder is read, whether or not a change of it was noticed. */
  everyMs: number;
  /** How long a file may stay incomplete without growing. */
  incompleteMs: number;
};

/** How many files are taken at a time. */
const width = 64;

type Spooling = {
  readonly options: SpoolOptions;
  readonly counts: SpoolCounts;
  /** Incomplete files: their size when last seen, and since when (monotonic) they have it. */
  readonly incomplete: Map<string, { bytes: number; sinceMs: number }>;
  readonly postponed: Postponed;
  /** Why the folder could not be read the last time; null: it could. */
  unreadable: string | null;
  /** Of the folder as a whole, which was said. */
  trouble: string | null;
  /** Of single files, as the last scan left them. */
  stuck: string | null;
  /** What is no file, and was named. */
  others: ReadonlySet<string>;
  /** Whether the folder was made, or was there, when this began. */
  isMade: boolean;
  scanning: Promise<void> | null;
  /** How often a scan was asked for. */
  asked: number;
  closed: boolean;
  cancelTimer: () => void;
  watcher: FSWatcher | null;
};

/**
 * A file is moved to `done` once what it says is durable, and never deleted; one that will never be a CDR goes to
 * `quarantine`, with a file beside it that says why. Another file of the same name there is never replaced. A file that is there twice
 * is taken twice, which changes nothing.
 */
export function openSpool(options: SpoolOptions): Spool {
  const spooling: Spooling = {
    ...{ options, counts: { taken: 0, foreign: 0, quarantined: 0 }, incomplete: new Map() },
    ...{
      postponed: createPostponed(options.clock),
      unreadable: null,
      trouble: null,
      stuck: null,
      others: new Set<string>(),
      isMade: false,
    },
    ...{ scanning: null, asked: 0, closed: false, cancelTimer: () => undefined, watcher: null },
  };
  void scan(spooling).then(() => startWatching(spooling));
  tick(spooling);
  return {
    scan: () => scan(spooling),
    counts: () => ({ ...spooling.counts }),
    trouble: () => spooling.trouble ?? spooling.stuck,
    async close() {
      spooling.closed = true;
      spooling.cancelTimer();
      spooling.watcher?.close();
      await spooling.scanning;
    },
  };
}

function scan(spooling: Spooling): Promise<void> {
  spooling.asked += 1;
  spooling.scanning ??= scanAll(spooling).finally(() => {
    spooling.scanning = null;
  });
  return spooling.scanning;
}

async function scanAll(spooling: Spooling): Promise<void> {
  let answered: number;
  do {
    answered = spooling.asked;
    try {
      await look(spooling);
      if (spooling.unreadable !== null) watchAgain(spooling);
      spooling.unreadable = null;
    } catch (error) {
      spooling.unreadable = messageOf(error);
    }
    await sayTrouble(spooling);
  } while (answered !== spooling.asked && !spooling.closed);
}

/** One line where something has changed. */
async function sayTrouble(spooling: Spooling): Promise<void> {
  const { folder, log } = spooling.options;
  const before = spooling.trouble;
  spooling.trouble = await troubleOf(spooling);
  // Together: in the middle of a scan, files that could not be moved would stand for the folder that they cannot be moved to.
  spooling.stuck = stuck(spooling);
  if (spooling.trouble === before) return;
  if (spooling.trouble !== null) log.trouble(spooling.trouble);
  else log.trouble(`the CDR folder ${folder} (cdr.dir) can be read and written again`);
}

async function troubleOf({ options: { folder }, unreadable }: Spooling): Promise<string | null> {
  return unreadable === null ? unmovable(folder) : unreadableText(folder, unreadable);
}

/** Each of them was said. */
function stuck({ options: { folder }, postponed }: Spooling): string | null {
  const waiting = postponed.waiting();
  return waiting === null ? null : stuckText(folder, waiting.count, waiting.why);
}

async function look(spooling: Spooling): Promise<void> {
  const { incomplete, postponed, options } = spooling;
  const { folder } = options;
  // Once: a folder that goes away later is missed, and not made anew beside the one that FreeSWITCH writes to.
  if (!spooling.isMade) await mkdir(folder, { recursive: true }).catch(() => null);
  spooling.isMade = true;
  // Where they cannot be made, CDRs are taken nevertheless: what cannot be moved waits.
  for (const place of [doneFolder, badFolder]) await mkdir(join(folder, place)).catch(() => null);
  const { files, others } = await listFolder(folder);
  nameOthers(spooling, others);
  const keys = new Set(files.map(({ key }) => key));
  for (const key of incomplete.keys()) if (!keys.has(key)) incomplete.delete(key);
  postponed.keepOnly(keys);
  for (let at = 0; at < files.length && !spooling.closed; at += width) {
    const read = await Promise.all(files.slice(at, at + width).map((file) => readOne(spooling, file)));
    await Promise.all(read.filter((one) => one !== null).map((one) => takeOne(spooling, one)));
  }
}

function nameOthers(spooling: Spooling, others: readonly string[]): void {
  for (const name of others) {
    if (!spooling.others.has(name))
      spooling.options.log.problem(`${name} in the CDR folder stays there`, 'it is no file');
  }
  spooling.others = new Set(others);
}

/** `leg` null: it was taken before, and is only to be moved. */
type Read = { file: SpoolFile; stamp: string; leg: CdrLeg | null };

async function readOne(spooling: Spooling, file: SpoolFile): Promise<Read | null> {
  const { postponed } = spooling;
  let stamp = '';
  try {
    const { size, mtimeMs } = await stat(file.path);
    stamp = `${size} ${mtimeMs}`;
    if (postponed.waits(file.key, stamp)) return null;
    if (postponed.wasTaken(file.key, stamp)) return { file, stamp, leg: null };
    const leg = await legIn(spooling, file, size);
    return leg === null ? null : { file, stamp, leg };
  } catch (error) {
    await postpone(spooling, { file, stamp, leg: null }, error, false);
    return null;
  }
}

/** Null: it is none, and has been moved away, or is none yet. */
async function legIn(spooling: Spooling, file: SpoolFile, size: number): Promise<CdrLeg | null> {
  if (size > maxCdrBytes) return quarantine(spooling, file, `it has more than ${maxCdrBytes} bytes`);
  const read = readJsonCdr(await readFile(file.path, 'utf8'), true, spooling.options.latestMs());
  switch (read.kind) {
    case 'leg':
      return read.leg;
    case 'bad':
      return quarantine(spooling, file, read.why);
    case 'incomplete':
      return wait(spooling, file, size);
  }
}

async function wait(spooling: Spooling, file: SpoolFile, bytes: number): Promise<null> {
  const { incomplete, options } = spooling;
  const nowMs = options.clock.monotonicMs();
  const before = incomplete.get(file.key);
  if (before?.bytes !== bytes) incomplete.set(file.key, { bytes, sinceMs: nowMs });
  else if (nowMs - before.sinceMs >= options.incompleteMs) {
    return quarantine(spooling, file, 'it is cut off, or is not JSON');
  }
  return null;
}

async function quarantine(spooling: Spooling, file: SpoolFile, why: string): Promise<null> {
  const { options, incomplete, postponed, counts } = spooling;
  const folder = join(options.folder, badFolder);
  const name = await moveInto(folder, file);
  await writeFile(join(folder, `${name}.reason`), `${why}\n`);
  incomplete.delete(file.key);
  postponed.done(file.key);
  counts.quarantined += 1;
  options.log.quarantined(name, why);
  return null;
}

async function takeOne(spooling: Spooling, read: Read): Promise<void> {
  const { options, incomplete, postponed, counts } = spooling;
  const { file, leg } = read;
  let isTaken = leg === null;
  try {
    if (leg !== null) counts[await options.closer.take(leg)] += 1;
    isTaken = true;
    await moveInto(join(options.folder, doneFolder), file);
    incomplete.delete(file.key);
    postponed.done(file.key);
  } catch (error) {
    await postpone(spooling, read, error, isTaken);
  }
}

async function postpone(
  { options, postponed }: Spooling,
  { file, stamp }: Read,
  error: unknown,
  isTaken: boolean,
): Promise<void> {
  // Another process reads the same folder and was first; or it is the folder that it is to go to which is not there.
  if (errorCodeOf(error) === 'ENOENT' && !(await exists(file.path))) return;
  const why = messageOf(error);
  if (!postponed.postpone(file.key, stamp, why, isTaken)) return;
  const what = isTaken ? 'was taken, but cannot be moved' : 'waits';
  options.log.problem(`the CDR ${file.name} ${what}; it is tried again every so often`, why);
}

function tick(spooling: Spooling): void {
  const { clock, everyMs } = spooling.options;
  spooling.cancelTimer = clock.after(everyMs, () => {
    void scan(spooling).finally(() => {
      if (!spooling.closed) tick(spooling);
    });
  });
}

/** The folder is another one than it was. */
function watchAgain(spooling: Spooling): void {
  spooling.watcher?.close();
  spooling.watcher = null;
  startWatching(spooling);
}

function startWatching(spooling: Spooling): void {
  const { folder, log } = spooling.options;
  if (spooling.closed || spooling.watcher !== null) return;
  try {
    const watcher = watch(folder, { persistent: false }, () => void scan(spooling));
    spooling.watcher = watcher;
    // Where it cannot be watched, it is still read every so often.
    watcher.on('error', () => watcher.close());
  } catch (error) {
    log.problem(`the CDR folder ${folder} cannot be watched`, messageOf(error));
  }
}
