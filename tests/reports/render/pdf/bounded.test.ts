import { describe, expect, it } from '@jest/globals';
import type { ReportDocument, Row } from '../../../../src/reports/document.ts';
import { renderPdf } from '../../../../src/reports/render/pdf.ts';
import { loadConfig } from '../../../../src/config/load.ts';
import { zoneNamed } from '../../../../src/words/zone.ts';

const { site } = loadConfig({ file: null, env: {}, flags: {} });
const options = { site, warn: () => undefined };

type Reading = { read: number; isClosed: boolean };

/** A list of as many calls, 500 at a time, each with words of its own. */
function listOf(count: number): { document: ReportDocument; reading: Reading } {
  const reading: Reading = { read: 0, isClosed: false };
  async function* rows(): AsyncGenerator<Row[]> {
    try {
      for (let at = 0; at < count; at += 500) {
        reading.read = at + 500;
        yield Array.from({ length: 500 }, (_, n) => [`call ${at + n}`, `+1801${5_550_000 + at + n}`]);
        await Promise.resolve();
      }
    } finally {
      reading.isClosed = true;
    }
  }
  const columns = ['Call', 'Number'].map((title) => ({ key: title.toLowerCase(), title, kind: 'text' as const }));
  const document: ReportDocument = {
    ...{ name: 'calls', title: 'Calls', period: { fromMs: 0, untilMs: 1 }, zone: zoneNamed('UTC'), filters: [] },
    ...{ columns, rows: rows(), totals: () => [], notes: () => [], empty: 'No calls in this period.' },
  };
  return { document, reading };
}

describe('a PDF of a long list', () => {
  it('is no longer made, and what it comes from is closed, once nobody reads it any more', async () => {
    const { document, reading } = listOf(1_000_000);
    const pieces = renderPdf(document, options)[Symbol.asyncIterator]();
    await pieces.next();
    await pieces.return(undefined);
    for (let turns = 0; turns < 10_000 && !reading.isClosed; turns += 1) await new Promise(setImmediate);
    expect(reading.isClosed).toBe(true);
    expect(reading.read).toBeLessThan(100_000);
  });

  it('waits for whoever reads it', async () => {
    const { document, reading } = listOf(1_000_000);
    const pieces = renderPdf(document, options)[Symbol.asyncIterator]();
    await pieces.next();
    const before = reading.read;
    for (let turns = 0; turns < 300; turns += 1) await new Promise(setImmediate);
    // A megabyte waits at most, some 200 bytes a row.
    expect(reading.read - before).toBeLessThan(60_000);
    await pieces.return(undefined);
  });
});
