import { describe, expect, it } from '@jest/globals';
import { deskOf } from '../../../src/reports/desk.ts';
import { readRequest, type Asked } from '../../../src/reports/request.ts';
import type { ReportSource, SummaryQuery } from '../../../src/reports/report.ts';
import { plainSite } from '../../../src/reports/site.ts';
import type { Payer } from '../../../src/reports/statements/payer.ts';
import { contentOf } from '../../../src/reports/write.ts';
import { countingLines, maximumLines } from '../../../src/reports/render/pdf/longest.ts';
import { zoneNamed } from '../../../src/words/zone.ts';

const tooLong = 'a PDF holds 50,000 lines, and this would be 50,001';

/** Says how many calls there are, and is never asked for one. */
function sourceOf(count: (query: SummaryQuery) => number): ReportSource {
  async function* unread(): AsyncGenerator<never[]> {
    yield await Promise.reject(new Error('a call was read'));
  }
  return {
    async *summarize(query) {
      yield await Promise.resolve({
        ...{ keys: [{ key: 'answered', label: 'answered' }], currency: null, costMicros: 0n, chargeMicros: 0n },
        ...{ calls: count(query), placed: 0, answered: count(query), refused: 0, unrated: 0, billableMs: 0 },
      });
    },
    calls: unread,
    unusedAccounts: unread,
    accounts: () => Promise.resolve([]),
    hasAccount: () => Promise.resolve(false),
    departments: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

function asked(name: string, more: { format?: string; limit?: string } = {}): Asked {
  const calendar = { zone: zoneNamed('UTC'), fiscalYearStart: '01-01' };
  const read = readRequest({ name, preset: 'last-month', format: 'pdf', ...more }, Date.now(), calendar);
  if (!read.ok) throw new Error('no request');
  return read.value;
}

const options = { site: plainSite, warn: () => undefined };
const tooMany = sourceOf(() => maximumLines + 1);

describe('a PDF of more lines than anybody reads', () => {
  it.each(['calls', 'statement'])('of %s is refused before a call is read', async (name) => {
    await expect(contentOf(asked(name), tooMany, options)).rejects.toThrow(tooLong);
    // Whoever waits for it on a page is told.
    const made = await deskOf(tooMany, options).content(asked(name), false);
    expect(made).toMatchObject({ ok: false, problem: expect.stringContaining(tooLong) });
  });

  it('is none where only some are asked for, or another format', async () => {
    await expect(contentOf(asked('calls', { limit: '50000' }), tooMany, options)).resolves.toBeDefined();
    await expect(contentOf(asked('most-expensive-calls'), tooMany, options)).resolves.toBeDefined();
    await expect(contentOf(asked('calls', { format: 'csv' }), tooMany, options)).resolves.toBeDefined();
  });

  it('counts a payer’s own calls, where it is for that payer', async () => {
    const source = sourceOf(({ filters }) => (filters.accountId === 7 ? 10 : maximumLines + 1));
    const payer = (accountId: number): Payer => ({
      ...{ kind: 'account', id: accountId, name: '', client: '', matter: '', reference: '', address: [], mail: '' },
      parts: [{ account: null, filters: { accountId } }],
    });
    await expect(contentOf(asked('statement'), source, { ...options, payers: [payer(7)] })).resolves.toBeDefined();
    await expect(contentOf(asked('statement'), source, { ...options, payers: [payer(8)] })).rejects.toThrow(tooLong);
  });

  it('ends while it is drawn, where that could not be known before', async () => {
    async function* rows() {
      for (;;) yield await Promise.resolve(Array.from({ length: 20_000 }, () => ['x']));
    }
    const counted = countingLines();
    let lines = 0;
    const read = async () => {
      for await (const piece of counted(rows())) lines += piece.length;
    };
    await expect(read()).rejects.toThrow('a PDF holds 50,000 lines');
    expect(lines).toBe(40_000);
  });
});
