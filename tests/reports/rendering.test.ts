import { readFile, writeFile } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSheet } from 'read-excel-file/node';
import { extractText, getDocumentProxy } from 'unpdf';
import { temporaryStores } from '../store/local/temporary.ts';
import { call, furnish, report } from './site.ts';

const { open, aFile } = temporaryStores();
const smith = { accountId: 1, accountName: 'Smith & Co', departmentId: 1, code: '1001' };
const utah = { keyedNumber: '8016424655', calledE164: '+18016424655', callType: 'national' } as const;

async function withCalls(count: number): Promise<string> {
  const file = aFile();
  const store = await open({ file });
  await furnish(store);
  const firstMs = Date.parse('2026-03-02T17:00:00Z');
  const calls = Array.from({ length: count }, (_, at) =>
    call(`c${at}`, firstMs + at * 1000, { ...smith, ...utah, callerName: '=Zoë Łukasz', billableMs: 18_000 }),
  );
  await Promise.all(calls.map((record) => store.save(record)));
  return file;
}

async function written(file: string, format: string, ...args: string[]): Promise<Uint8Array> {
  const output = join(dirname(file), `report.${format}`);
  const { code, err } = await report(file, ...args, '--preset', 'last-month', '--format', format, '--output', output);
  expect({ code, err }).toEqual({ code: 0, err: `Written: ${output}\n` });
  return new Uint8Array(await readFile(output));
}

describe('XLSX', () => {
  it('has typed cells, totals, and names that are no formulas', async () => {
    const file = await withCalls(3);
    await written(file, 'xlsx', 'statement');
    const rows = await readSheet(join(dirname(file), 'report.xlsx'));
    expect(rows).toHaveLength(5);
    const [, first] = rows;
    expect(first).toEqual([
      'Smith & Co',
      new Date('2026-03-02T10:00:00Z'), // the clock on the wall in Denver
      '201',
      '=Zoë Łukasz',
      '+18016424655',
      'Utah',
      18 / 86_400,
      'priced',
      'USD',
      0.11,
      0.11,
    ]);
    expect(rows[4]).toEqual(['Total: 3 calls', null, null, null, null, null, 54 / 86_400, null, 'USD', 0.33, 0.33]);
  });

  it('holds every row of a long report', async () => {
    const file = await withCalls(2500);
    await written(file, 'xlsx', 'calls');
    const rows = await readSheet(join(dirname(file), 'report.xlsx'));
    expect(rows).toHaveLength(2502);
    expect(rows.slice(1, -1).reduce((sum, row) => sum + Number(row.at(-1)), 0)).toBeCloseTo(275, 6);
    expect(rows.at(-1)?.at(-1)).toBe(275);
  });
});

async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(pdf), { mergePages: false });
  return text;
}

describe('PDF', () => {
  it('is a statement for each account: each call, totals, and pages that are counted', async () => {
    const file = await withCalls(100);
    const pages = await pagesOf(await written(file, 'pdf', 'statement'));
    expect(pages.length).toBeGreaterThan(1);
    for (const [at, page] of pages.entries()) {
      expect(page).toContain('Statement of calls: Smith & Co');
      expect(page).toContain(`Page ${at + 1}`);
      expect(page).toContain('Started');
    }
    const all = pages.join('\n');
    expect(all.match(/\+18016424655/g)).toHaveLength(100);
    expect(all).toContain('=Zoë Łukasz');
    expect(pages.at(-1)).toMatch(/Total: 100 calls.*0:30:00.*USD.*11\.00.*11\.00/s);
  });

  it('says so where there were no calls', async () => {
    const file = await withCalls(0);
    const [page, ...more] = await pagesOf(await written(file, 'pdf', 'statement'));
    expect(more).toEqual([]);
    expect(page).toContain('No calls in this period.');
  });
});

describe('an empty period', () => {
  it.each([
    ['table', 'Calls\n2026-03-01 to 2026-03-31 (America/Denver)\n\nNo calls in this period.\n'],
    ['csv', /^Started,Account[^\n]*\r\n$/],
    ['json', /"rows":\[\n\],"totals":\[\],"notes":\[\]\}\n$/],
  ])('is said in %s', async (format, expected) => {
    const file = await withCalls(0);
    const { code, out } = await report(file, 'calls', '--preset', 'last-month', '--format', format);
    expect(code).toBe(0);
    if (typeof expected === 'string') expect(out).toBe(expected);
    else expect(out).toMatch(expected);
  });
});

describe('CSV', () => {
  it.each(['=1+1', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])('disarms %j', async (callerName) => {
    const file = aFile();
    const store = await open({ file });
    await store.save(call('a', '2026-03-02T17:00:00Z', { ...utah, callerName, outcome: 'refused' }));
    const { out } = await report(file, 'refused', '--preset', 'last-month', '--format', 'csv');
    expect(out.split('Rule\r\n')[1]).toContain(callerName === '\r=1' ? `"'${callerName}"` : `,'${callerName},`);
    expect(out).toContain(',+18016424655,');
  });
});

describe('wrong usage ends with 2 and one line', () => {
  it.each([
    [['nonsense'], 'there is no report "nonsense": use one of usage-by-account, '],
    [['calls', '--from', '2026-03-02', '--to', '2026-03-01'], '--from 2026-03-02 is after --to 2026-03-01'],
    [['calls', '--group', 'day'], 'calls is not grouped'],
    [['usage-by-account', '--group', 'colour'], '--group: there is no "colour": use one of account, '],
    [['usage-by-account', '--then-by', 'account'], '--then-by account is what it is grouped by already'],
    [['refused', '--filter', 'outcome=busy'], 'refused has its own outcome'],
    [['calls', '--filter', 'colour=red'], '--filter: there is no "colour": use one of account, '],
    [['calls', '--filter', 'outcome=lost'], '--filter outcome: "lost" is none of answered, '],
    [['calls', '--filter', 'min-charge=1,5'], '--filter min-charge: "1,5" has a comma'],
    [['calls', '--filter', 'account'], '--filter account: write KEY=VALUE'],
    [['calls', '--limit', '0'], '--limit must be a whole number'],
    [['calls', '--format', 'doc'], '--format: there is no "doc": use one of table, csv, json, xlsx, pdf'],
    [['calls', '--colour'], "Unknown option '--colour'"],
  ])('%j', async (args, message) => {
    const file = aFile();
    await open({ file });
    const { code, out, err } = await report(file, ...args);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toContain(`billing-codes report: ${message}`);
  });
});

it('leaves what was there where the output cannot be written', async () => {
  const file = await withCalls(1);
  const output = join(dirname(file), 'no', 'such', 'folder.csv');
  await expect(report(file, 'calls', '--format', 'csv', '--output', output)).rejects.toThrow(`cannot write ${output}`);
  await writeFile(join(dirname(file), 'kept'), 'as it was');
  await expect(report(file, 'calls', '--output', dirname(file))).rejects.toThrow(`cannot write ${dirname(file)}`);
  expect(await readFile(join(dirname(file), 'kept'), 'utf8')).toBe('as it was');
});
