import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach } from '@jest/globals';
import type { DirectoryContext } from '../../src/cli/directory/context.ts';
import { northAmerica } from '../support/north-america.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { siteTimeOf, zoneNamed } from '../../src/words/zone.ts';
import type { Store } from '../../src/store/ports/store.ts';

type Command = (args: string[], context: DirectoryContext) => Promise<number>;
export type Said = { code: number; out: string; err: string };

export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** A command that administers the directory, on a local file of its own for each test. */
export function onLocalStore(
  command: Command,
  timeZone = 'UTC',
): {
  store: () => Store;
  run: (...args: string[]) => Promise<Said>;
  /** `import FILE …` of a file with this text; its name is FILE in what is said. */
  importText: (text: string, ...options: string[]) => Promise<Said>;
} {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-directory-'));
    store = await openLocalStore({ file: join(folder, 'store.db') });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function run(...args: string[]): Promise<Said> {
    const time = siteTimeOf(zoneNamed(timeZone));
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const code = await command(args, {
      store,
      plan: northAmerica,
      time,
      stdout,
      stderr,
      nowMs: Date.now,
      guessing: { siteLimit: 20 },
    });
    const textOf = (stream: PassThrough) => String(stream.read() ?? '');
    return { code, out: textOf(stdout), err: textOf(stderr) };
  }
  return {
    store: () => store,
    run,
    async importText(text, ...options) {
      const file = join(folder, 'directory.csv');
      await writeFile(file, text);
      const { code, out, err } = await run('import', file, ...options);
      return { code, out, err: err.replaceAll(file, 'FILE') };
    },
  };
}
