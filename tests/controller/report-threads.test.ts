import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { reportThreads, type ReportThreads } from '../../src/controller/report-threads.ts';
import { readRequest, type Asked } from '../../src/reports/request.ts';
import type { ReportName } from '../../src/reports/catalog.ts';
import type { Format } from '../../src/reports/format.ts';
import { openForWriting } from '../../src/store/sqlite/database.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import { site, timeZone } from '../reports/site.ts';
import { fill } from '../../scripts/bench/report-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-report-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let threads: ReportThreads;
afterEach(() => threads.close());

const firstMs = Date.UTC(2026, 0, 1);

function fileOf(name: string, calls: number): string {
  const file = join(folder, name, 'store.db');
  mkdirSync(join(folder, name), { recursive: true });
  const db = openForWriting({ file });
  fill(db, calls, { accounts: 20, fromMs: firstMs });
  db.close();
  return file;
}

const start = (file: string): ReportThreads => (threads = reportThreads({ file, timeZone, site }, () => undefined));

function asked(name: ReportName, format: Format): Asked {
  const read = readRequest({ name, format, from: '2026-01-01', to: '2026-12-31' }, firstMs + 400 * 86_400_000, {
    ...{ zone: zoneNamed(timeZone), fiscalYearStart: site.fiscalYearStart },
  });
  if (!read.ok) throw new Error(read.problem((field) => field));
  return read.value;
}

async function lengthOf(content: AsyncIterable<string | Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of content) bytes += Buffer.byteLength(piece);
  return bytes;
}

const contentOf = async (format: Format): Promise<AsyncIterable<string | Uint8Array>> => {
  const made = await threads.content(asked('calls', format), false);
  if (!made.ok) throw new Error(made.problem);
  return made.value;
};

describe('threads that make reports', () => {
  it('begin a hundred at the same time, and tell the others to try again', async () => {
    start(fileOf('many', 300));
    const { request } = asked('usage-by-account', 'table');
    const outcomes = await Promise.allSettled(Array.from({ length: 130 }, () => threads.page(request)));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(refused).toHaveLength(30);
    expect(new Set(refused).size).toBe(1);
    expect(refused[0]).toContain('Too many reports are being made at once: try again in a moment.');
    // Room again.
    expect((await threads.page(request)).ok).toBe(true);
  });

  it('that die refuse whoever waits, and are started again for the next one', async () => {
    const file = join(folder, 'later', 'store.db');
    start(file);
    const { request } = asked('usage-by-account', 'table');
    const both = await Promise.allSettled([threads.page(request), threads.page(request)]);
    for (const one of both) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    fileOf('later', 300);
    for (let tries = 0; tries < 50; tries += 1) {
      const page = await threads.page(request).catch(() => null);
      if (page?.ok === true) return;
      await new Promise(setImmediate);
    }
    throw new Error('no thread was started again');
  });

  it.each(['csv', 'pdf'] as const)('stop making %s that nobody wants any more', async (format) => {
    start(fileOf(`stopped-${format}`, 3_000));
    const pieces = (await contentOf(format))[Symbol.asyncIterator]();
    expect((await pieces.next()).done).toBe(false);
    await pieces.return?.();
    await expect(pieces.next()).resolves.toMatchObject({ done: true });
    // The same thread makes the next one.
    expect(await lengthOf(await contentOf('csv'))).toBeGreaterThan(300_000);
  });
});
