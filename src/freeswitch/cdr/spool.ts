import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import type { CdrCloser } from './closer.ts';
import { maxCdrBytes, readJsonCdr } from './json-cdr.ts';

/** Folders inside the spool folder. */
const doneFolder = 'done';
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

/**
 * A file is moved to `done` once what it says is durable, and never deleted; one that will never be a CDR goes to
 * `quarantine`, with a file beside it that says why. A file that is there twice is taken twice, which changes nothing.
 */
export function openSpool(options: SpoolOptions): Spool {
  const { folder, closer, clock, latestMs, log, everyMs, incompleteMs } = options;
  const counts: SpoolCounts = { taken: 0, foreign: 0, quarantined: 0 };
  /** Incomplete files: their size when last seen, and since when (monotonic) they have it. */
  const incomplete = new Map<string, { bytes: number; sinceMs: number }>();
  let scanning: Promise<void> | null = null;
  let asked = 0;
  let closed = false;
  let cancelTimer: () => void = () => undefined;
  let watcher: FSWatcher | null = null;

  function scan(): Promise<void> {
    asked += 1;
    scanning ??= scanAll().finally(() => {
      scanning = null;
    });
    return scanning;
  }

  async function scanAll(): Promise<void> {
    let answered: number;
    do {
      answered = asked;
      try {
        await look();
      } catch (error) {
        log.problem(`the CDR folder ${folder} cannot be read`, messageOf(error));
      }
    } while (answered !== asked && !isClosed());
  }

  const isClosed = (): boolean => closed;

  async function look(): Promise<void> {
    await mkdir(join(folder, doneFolder), { recursive: true });
    await mkdir(join(folder, badFolder), { recursive: true });
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map(({ name }) => name);
    for (const file of incomplete.keys()) if (!files.includes(file)) incomplete.delete(file);
    for (let at = 0; at < files.length && !isClosed(); at += width) {
      const read = await Promise.all(files.slice(at, at + width).map(readOne));
      await Promise.all(read.filter((one) => one !== null).map(takeOne));
    }
  }

  async function readOne(file: string): Promise<{ file: string; leg: CdrLeg } | null> {
    const path = join(folder, file);
    try {
      const { size } = await stat(path);
      if (size > maxCdrBytes) return await quarantine(file, `it has more than ${maxCdrBytes} bytes`);
      const read = readJsonCdr(await readFile(path, 'utf8'), true, latestMs());
      switch (read.kind) {
        case 'leg':
          return { file, leg: read.leg };
        case 'bad':
          return await quarantine(file, read.why);
        case 'incomplete':
          return await wait(file, size);
      }
    } catch (error) {
      // Another process reads the same folder and was first.
      if (errorCodeOf(error) !== 'ENOENT') log.problem(`${path} cannot be read`, messageOf(error));
      return null;
    }
  }

  async function wait(file: string, bytes: number): Promise<null> {
    const before = incomplete.get(file);
    if (before?.bytes !== bytes) incomplete.set(file, { bytes, sinceMs: clock.monotonicMs() });
    else if (clock.monotonicMs() - before.sinceMs >= incompleteMs)
      return quarantine(file, 'it breaks off, or is not JSON');
    return null;
  }

  async function quarantine(file: string, why: string): Promise<null> {
    await writeFile(join(folder, badFolder, `${file}.reason`), `${why}\n`);
    await rename(join(folder, file), join(folder, badFolder, file));
    incomplete.delete(file);
    counts.quarantined += 1;
    log.quarantined(file, why);
    return null;
  }

  async function takeOne({ file, leg }: { file: string; leg: CdrLeg }): Promise<void> {
    try {
      counts[await closer.take(leg)] += 1;
      await rename(join(folder, file), join(folder, doneFolder, file));
      incomplete.delete(file);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT') log.problem(`the CDR ${file} waits`, messageOf(error));
    }
  }

  function tick(): void {
    cancelTimer = clock.after(everyMs, () => {
      void scan().finally(() => {
        if (!closed) tick();
      });
    });
  }

  function startWatching(): void {
    if (closed || watcher !== null) return;
    try {
      watcher = watch(folder, { persistent: false }, () => void scan());
      // Where it cannot be watched, it is still read every so often.
      watcher.on('error', () => watcher?.close());
    } catch (error) {
      log.problem(`the CDR folder ${folder} cannot be watched`, messageOf(error));
    }
  }

  void scan().then(startWatching);
  tick();

  return {
    scan,
    counts: () => ({ ...counts }),
    async close() {
      closed = true;
      cancelTimer();
      watcher?.close();
      await scanning;
    },
  };
}

/** The CDRs of these legs, wherever in the spool folder they are by now; `a_` begins the caller's with `prefix-a-leg`. */
export async function findCdrs(folder: string, legIds: readonly string[], latestMs: number): Promise<CdrLeg[]> {
  const names = legIds
    .flatMap((id) => [`${id}.cdr.json`, `a_${id}.cdr.json`])
    .filter((name) => name === basename(name));
  const places = names.flatMap((name) => [join(folder, name), join(folder, doneFolder, name)]);
  const texts = await Promise.all(places.map((place) => readFile(place, 'utf8').catch(() => null)));
  return texts.flatMap((text) => {
    const read = text === null ? null : readJsonCdr(text, true, latestMs);
    return read?.kind === 'leg' ? [read.leg] : [];
  });
}

/**
 * All CDRs in the spool folder whose files were written in this time (UTC milliseconds), taken ones too, and how many files are
 * none.
 */
export async function readCdrFolder(
  folder: string,
  fromMs: number,
  untilMs: number,
): Promise<{ legs: CdrLeg[]; unreadable: number }> {
  const legs: CdrLeg[] = [];
  let unreadable = 0;
  for (const place of [folder, join(folder, doneFolder)]) {
    const files = await readdir(place).catch((error: unknown) => {
      if (place !== folder && errorCodeOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      const path = join(place, file);
      const { mtimeMs } = await stat(path);
      if (mtimeMs < fromMs || mtimeMs >= untilMs) continue;
      // Of the future: what is here was taken, or will be seen to at the next start.
      const read = readJsonCdr(await readFile(path, 'utf8'), true, Infinity);
      if (read.kind === 'leg') legs.push(read.leg);
      else unreadable += 1;
    }
  }
  return { legs, unreadable };
}
