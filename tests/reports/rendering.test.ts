import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSheet } from 'read-excel-file/node';
import { reportCommand } from '../../src/cli/reports/report.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { call, furnish, report, site, timeZone } from './site.ts';

const smith = { accountId: 1, accountName: 'Smith & Co', departmentId: 1, code: '1001' };
const utah = { keyedNumber: '8016424655', calledE164: '+18016424655', callType: 'national' } as const;

// Written once: reports only read. No calls in December, 1300 in January, 100 in February, 3 in March, 8 refused in April.
const folder = mkdtempSync(join(tmpdir(), 'billing-reports-'));
const file = join(folder, 'store.db');
const names = ['=1+1', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '+18015550199', 'Anna = Otto'];
let store: Store;
beforeAll(async () => {
  store = await openLocalStore({ file });
  await furnish(store);
  const callsOf = (day: string, count: number) =>
    Array.from({ length: count }, (_, at) =>
      call(`${day} ${at}`, Date.parse(`${day}T17:00:00Z`) + at * 1000, {
        ...{ ...smith, ...utah, callerName: '=Zoë Łukasz' },
        billableMs: 18_000,
      }),
    );
  const refused = names.map((callerName, at) =>
    call(`r${at}`, Date.parse('2026-04-02T17:00:00Z') + at, { ...utah, callerName, outcome: 'refused' }),
  );
  const records = [
    ...callsOf('2026-01-02', 1300),
    ...callsOf('2026-02-02', 100),
    ...callsOf('2026-03-02', 3),
    ...refused,
  ];
  await Promise.all(records.map((record) => store.save(record)));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const december = ['--from', '2025-12-01', '--to', '2025-12-31'];
const january = ['--from', '2026-01-01', '--to', '2026-01-31'];
const february = ['--from', '2026-02-01', '--to', '2026-02-28'];
const march = ['--from', '2026-03-01', '--to', '2026-03-31'];
const april = ['--from', '2026-04-01', '--to', '2026-04-30'];

async function written(format: string, ...args: string[]): Promise<string> {
  const output = join(folder, `report.${format}`);
  const { code, err } = await report(file, ...args, '--format', format, '--output', output);
  expect({ code, err }).toEqual({ code: 0, err: `Written: ${output}\n` });
  return output;
}

/** Spreadsheets keep a duration as a moment of their first day. */
const seconds = (count: number) => new Date(Date.UTC(1899, 11, 30, 0, 0, count));

describe('XLSX', () => {
  it('has typed cells, totals, and names that are never formulas', async () => {
    const rows = await readSheet(await written('xlsx', 'statement', ...march));
    expect(rows).toHaveLength(5);
    const [titles, first] = rows;
    expect(titles).toEqual([
      ...['Statement', 'Billed to', 'Client', 'Matter', 'Reference', 'Under', 'Date', 'Time', 'Number called', 'Place'],
      ...['Actual min', 'Billed min', 'Price/min', 'Charge', 'Currency', 'Status'],
    ]);
    expect(first).toEqual([
      ...['202603-A1', 'Smith & Co', 'Smith & Sons', '2026-7', null, '201'],
      new Date('2026-03-02T00:00:00Z'), // the clock on the wall in Denver
      seconds(10 * 3600),
      ...['+18016424655', 'Utah', seconds(18), seconds(30), 0.22, 0.11, 'USD', null],
    ]);
    expect(rows[4]).toEqual(['Total', ...Array.from({ length: 12 }, () => null), 0.33, 'USD', null]);
  });

  it('has every row of a long report', async () => {
    const rows = await readSheet(await written('xlsx', 'calls', ...january));
    expect(rows).toHaveLength(1302);
    expect(rows.slice(1, -1).reduce((sum, row) => sum + Number(row.at(-1)), 0)).toBeCloseTo(143, 6);
    expect(rows.at(-1)?.at(-1)).toBe(143);
  });
});

/** The text of each page, as another library reads it: in a process of its own, because Jest cannot import it. */
function pagesOf(pdf: string): string[] {
  const root = join(import.meta.dirname, '..', '..');
  const program = `import { readFileSync } from 'node:fs';
import { extractText, getDocumentProxy } from 'unpdf';
const pdf = await getDocumentProxy(new Uint8Array(readFileSync(process.argv[1])));
console.log(JSON.stringify((await extractText(pdf, { mergePages: false })).text));`;
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const text = execFileSync(node, ['--input-type=module', '-e', program, pdf], { cwd: root, encoding: 'utf8' });
  return JSON.parse(text) as string[];
}

describe('PDF', () => {
  it('is a statement for each account, with each call, totals and numbered pages', async () => {
    const pages = pagesOf(await written('pdf', 'statement', ...february));
    expect(pages.length).toBeGreaterThan(1);
    for (const [at, page] of pages.entries()) {
      // The count is a drawing of its own, which this reader puts no space before.
      expect(page).toMatch(new RegExp(`^Page ${at + 1} of ?${pages.length} `));
      expect(page).toContain('Number called');
    }
    expect(pages[0]).toMatch(/Miller & Łoś LLP.*1 Main St.*Salt Lake City/s);
    expect(pages[0]).toMatch(/Smith & Sons.*12 Elm St.*Provo.*Statement no.*202602-A1.*Issue date.*2026-04-10/s);
    expect(pages[0]).toMatch(/Matter.*2026-7.*Statement of calls/s);
    const all = pages.join('\n');
    expect(all.match(/\+18016424655/g)).toHaveLength(100);
    expect(pages.at(-1)).toMatch(
      /All calls.*30:00.*50:00.*11\.00.*Total due.*11\.00 USD.*exact sum of the charges in USD\./s,
    );
    // What the site pays, and what only its staff understands, is not the client's.
    expect(all).not.toMatch(/cost|priced|billing-codes/i);
  });

  it('says so if there were no calls', async () => {
    const [page, ...more] = pagesOf(await written('pdf', 'statement', ...december));
    expect(more).toEqual([]);
    expect(page).toContain('No calls in this period.');
  });
});

describe('an empty period', () => {
  it.each([
    ['table', 'Calls\n2025-12-01 to 2025-12-31 (America/Denver)\n\nNo calls in this period.\n'],
    ['csv', /^Started,Account[^\n]*\r\n$/],
    ['json', /"rows":\[\n\],"totals":\[\],"notes":\[\]\}\n$/],
  ])('is reported as such in %s', async (format, expected) => {
    const { code, out } = await report(file, 'calls', ...december, '--format', format);
    expect(code).toBe(0);
    if (typeof expected === 'string') expect(out).toBe(expected);
    else expect(out).toMatch(expected);
  });
});

it('CSV disarms what a spreadsheet would run as a formula, and leaves numbers alone', async () => {
  const { out } = await report(file, 'refused', ...april, '--format', 'csv');
  const [header = '', ...lines] = out.split('\r\n');
  const caller = header.split(',').indexOf('Caller');
  const shown = lines.slice(0, -1).map((line) => line.split(',').slice(caller, caller + 2));
  expect(shown).toEqual(
    ["'=1+1", "'+1+cmd", "'-2+3", "'@SUM(A1)", "'\t=1", '"\'\r=1"', '+18015550199', 'Anna = Otto'].map((name) => [
      name,
      '+18016424655',
    ]),
  );
});

async function reportOfNothing(args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const unread = () => {
    throw new Error('a report that is not made reads nothing');
  };
  const source = {
    summarize: unread,
    calls: unread,
    unusedAccounts: unread,
    accounts: unread,
    hasAccount: unread,
    departments: unread,
    close: () => Promise.resolve(),
  };
  const code = await reportCommand([...args], { source, timeZone, site, nowMs: Date.now, stdout, stderr });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('wrong usage ends with 2 and one line', () => {
  it.each([
    [['nonsense'], 'there is no report "nonsense": use one of usage-by-account, '],
    [['calls', '--from', '2026-03-02', '--to', '2026-03-01'], '--from 2026-03-02 is after --to 2026-03-01'],
    [['calls', '--group', 'day'], 'calls is not grouped'],
    [['usage-by-account', '--group', 'colour'], '--group: there is no "colour": use one of account, '],
    [['usage-by-account', '--then-by', 'account'], '--then-by account is already what it is grouped by'],
    [['refused', '--filter', 'outcome=busy'], 'refused has its own outcome'],
    [['calls', '--filter', 'colour=red'], '--filter: there is no "colour": use one of account, '],
    [['calls', '--filter', 'outcome=lost'], '--filter outcome: "lost" is none of answered, '],
    [['calls', '--filter', 'min-charge=1,5'], '--filter min-charge: "1,5" has a comma'],
    [['calls', '--filter', 'account'], '--filter account: write KEY=VALUE'],
    [['calls', '--limit', '0'], '--limit must be a whole number'],
    [['calls', '--format', 'doc'], '--format: there is no "doc": use one of table, csv, json, xlsx, pdf, ledes'],
    [['calls', '--colour'], "Unknown option '--colour'"],
  ])('%j', async (args, message) => {
    const { code, out, err } = await reportOfNothing(args);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toContain(`billing-codes report: ${message}`);
  });
});

describe('a filter', () => {
  it.each([
    [
      'account=Smiht & Co',
      '--filter account: there is no account "Smiht & Co", and no call ever had it; did you mean "Smith & Co"?',
    ],
    [
      'department=Lgal',
      '--filter department: there is no department "Lgal", and no call ever had it; did you mean "Legal"?',
    ],
    ['extension=999', '--filter extension: there is no extension "999", and no call ever had it'],
    ['destination=Utopia', '--filter destination: there is no destination "Utopia", and no call ever had it'],
  ])('by a name that nobody has is wrong usage, not a period without calls: %s', async (filter, problem) => {
    const { code, out, err } = await report(file, 'calls', ...march, '--filter', filter);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `billing-codes report: ${problem}\n` });
  });

  it.each(['account=never used', 'account=SMITH & CO', 'department=tax', 'extension=201', 'destination=utah'])(
    'by a name that is known may have no calls: %s',
    async (filter) => {
      const { code, out } = await report(file, 'calls', ...december, '--filter', filter);
      expect(code).toBe(0);
      expect(out).toContain('No calls in this period.');
    },
  );
});

it('leaves an existing file as it is if the output cannot be written', async () => {
  const output = join(folder, 'no', 'such', 'folder.csv');
  await expect(report(file, 'calls', '--format', 'csv', '--output', output)).rejects.toThrow(`cannot write ${output}`);
  await writeFile(join(folder, 'kept'), 'as it was');
  await expect(report(file, 'calls', '--output', folder)).rejects.toThrow(`cannot write ${folder}`);
  expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('as it was');
});

describe('the logo of a statement', () => {
  // One grey pixel.
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

  async function pdfWithLogo(logo: string): Promise<string> {
    const stdout = new PassThrough();
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const source = openLocalReports(file);
    try {
      const context = { source, timeZone, site: { ...site, logo }, nowMs: Date.now };
      const args = ['statement', ...march, '--format', 'pdf'];
      await reportCommand(args, { ...context, stdout, stderr: new PassThrough() });
      return Buffer.concat(chunks).toString('latin1');
    } finally {
      await source.close();
    }
  }

  it('is drawn, or reported if it cannot be', async () => {
    const logo = join(folder, 'logo.png');
    await writeFile(logo, Buffer.from(png, 'base64'));
    expect(await pdfWithLogo(logo)).toContain('/Subtype /Image');
    await expect(pdfWithLogo(`${logo}.jpg`)).rejects.toThrow('(site.logo) cannot be drawn: there is no such file');
    await expect(pdfWithLogo(file)).rejects.toThrow(`the logo ${file} (site.logo) cannot be drawn`);
  });
});
