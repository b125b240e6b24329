import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCodeOf } from '../../words/thrown.ts';
import { readJsonCdr } from './json-cdr.ts';
import type { CdrLeg } from './leg.ts';
import { listFiles } from './spool-files.ts';

/** Where files go, in the spool folder, whose CDRs were taken. */
export const doneFolder = 'done';
/** Where files go, in the spool folder, that will never be CDRs. */
export const badFolder = 'quarantine';

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
    const files = await listFiles(place).catch((error: unknown) => {
      if (place !== folder && errorCodeOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const { path } of files) {
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
