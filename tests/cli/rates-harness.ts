import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach } from '@jest/globals';
import { ratesCommand } from '../../src/cli/rates/rates.ts';
import { defaultFreeCallTypes } from '../../src/rating/price.ts';
import { siteTimeOf, zoneNamed } from '../../src/words/zone.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { northAmerica } from '../support/north-america.ts';
import { noStatements } from '../support/no-statements.ts';

export type Said = { code: number; out: string; err: string };

/** `billing-codes rates …` on a local file of its own for each test. */
export function ratesOnLocalStore(timeZone = 'UTC'): {
  store: () => Store;
  rates: (...args: string[]) => Promise<Said>;
  /** A file with this content; its name is FILE in what is said. */
  file: (content: string | Uint8Array, name?: string) => Promise<string>;
  folder: () => string;
} {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-rates-'));
    store = await openLocalStore({ file: join(folder, 'store.db') });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function rates(...args: string[]): Promise<Said> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await ratesCommand(args, {
      ...{ store, stdout, stderr, plan: northAmerica, freeCallTypes: defaultFreeCallTypes, user: 'anna' },
      callerNumber: { site: '+12125550100', emergency: null, sources: ['site'] },
      nowMs: () => Date.parse('2026-06-01T00:00:00Z'),
      ...{ time: siteTimeOf(zoneNamed(timeZone)), timeZone },
      mappingsFolder: join(folder, 'rate-mappings'),
      statements: noStatements,
    });
    const textOf = (stream: PassThrough) => String(stream.read() ?? '');
    return { code, out: textOf(stdout), err: textOf(stderr) };
  }

  return {
    ...{ rates, store: () => store, folder: () => folder },
    async file(content, name = 'rates.csv') {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
  };
}
