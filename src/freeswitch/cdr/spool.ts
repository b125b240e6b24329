import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import type { CdrCloser } from './closer.ts';
import { doneFolder } from './folder.ts';
import { maxCdrBytes, readJsonCdr } from './json-cdr.ts';

/** Where files go, in the spool folder, that will never be CDRs. */
const badFolder = 'quarantine';

/** The folder that mod_json_cdr writes to, read at start and watched from then on. */
export type Spool = {
  /** Resolves once what is there has been looked at, and what is complete has been taken. */
  scan(): Promise<void>;
  counts(): Readonly<SpoolCounts>;
  /** Takes up nothing new and waits for what is being taken. */
  close(): Promise<void>;
};

export type SpoolCounts = { taken: number; foreign: number; quarantined: number };

export type SpoolLog = {
  quarantined(file: string, why: string): void;
  /** The folder cannot be read, or a CDR could not be stored: it stays and is tried again. */
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
  scanning: Promise<void> | null;
  /** How often a scan was asked for. */
  asked: number;
  closed: boolean;
  cancelTimer: () => void;
  watcher: FSWatcher | null;
};

/**
 * A file is moved to `done` once what it says is durable, and never deleted; one that will never be a CDR goes to
 * `quarantine`, with a file beside it that says why. A file that is there twice is taken twice, which changes nothing.
 */
export function openSpool(options: SpoolOptions): Spool {
  const spooling: Spooling = {
    ...{ options, counts: { taken: 0, foreign: 0, quarantined: 0 }, incomplete: new Map() },
    ...{ scanning: null, asked: 0, closed: false, cancelTimer: () => undefined, watcher: null },
  };
  void scan(spooling).then(() => startWatching(spooling));
  tick(spooling);
  return {
    scan: () => scan(spooling),
    counts: () => ({ ...spooling.counts }),
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
  const { folder, log } = spooling.options;
  let answered: number;
  do {
    answered = spooling.asked;
    try {
      await look(spooling);
    } catch (error) {
      log.problem(`the CDR folder ${folder} cannot be read`, messageOf(error));
    }
  } while (answered !== spooling.asked && !spooling.closed);
}

async function look(spooling: Spooling): Promise<void> {
  const { incomplete, options } = spooling;
  const { folder } = options;
  await mkdir(join(folder, doneFolder), { recursive: true });
  await mkdir(join(folder, badFolder), { recursive: true });
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map(({ name }) => name);
  for (const file of incomplete.keys()) if (!files.includes(file)) incomplete.delete(file);
  for (let at = 0; at < files.length && !spooling.closed; at += width) {
    const read = await Promise.all(files.slice(at, at + width).map((file) => readOne(spooling, file)));
    await Promise.all(read.filter((one) => one !== null).map((one) => takeOne(spooling, one)));
  }
}

async function readOne(spooling: Spooling, file: string): Promise<{ file: string; leg: CdrLeg } | null> {
  const { folder, latestMs, log } = spooling.options;
  const path = join(folder, file);
  try {
    const { size } = await stat(path);
    if (size > maxCdrBytes) return await quarantine(spooling, file, `it has more than ${maxCdrBytes} bytes`);
    const read = readJsonCdr(await readFile(path, 'utf8'), true, latestMs());
    switch (read.kind) {
      case 'leg':
        return { file, leg: read.leg };
      case 'bad':
        return await quarantine(spooling, file, read.why);
      case 'incomplete':
        return await wait(spooling, file, size);
    }
  } catch (error) {
    // Another process reads the same folder and was first.
    if (errorCodeOf(error) !== 'ENOENT') log.problem(`${path} cannot be read`, messageOf(error));
    return null;
  }
}

async function wait(spooling: Spooling, file: string, bytes: number): Promise<null> {
  const { incomplete, options } = spooling;
  const nowMs = options.clock.monotonicMs();
  const before = incomplete.get(file);
  if (before?.bytes !== bytes) incomplete.set(file, { bytes, sinceMs: nowMs });
  else if (nowMs - before.sinceMs >= options.incompleteMs) {
    return quarantine(spooling, file, 'it is cut off, or is not JSON');
  }
  return null;
}

async function quarantine({ options, incomplete, counts }: Spooling, file: string, why: string): Promise<null> {
  const { folder, log } = options;
  await writeFile(join(folder, badFolder, `${file}.reason`), `${why}\n`);
  await rename(join(folder, file), join(folder, badFolder, file));
  incomplete.delete(file);
  counts.quarantined += 1;
  log.quarantined(file, why);
  return null;
}

async function takeOne(
  { options, incomplete, counts }: Spooling,
  { file, leg }: { file: string; leg: CdrLeg },
): Promise<void> {
  const { folder, closer, log } = options;
  try {
    counts[await closer.take(leg)] += 1;
    await rename(join(folder, file), join(folder, doneFolder, file));
    incomplete.delete(file);
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') log.problem(`the CDR ${file} waits`, messageOf(error));
  }
}

function tick(spooling: Spooling): void {
  const { clock, everyMs } = spooling.options;
  spooling.cancelTimer = clock.after(everyMs, () => {
    void scan(spooling).finally(() => {
      if (!spooling.closed) tick(spooling);
    });
  });
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
