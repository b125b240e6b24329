import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { call, report } from '../../reports/site.ts';
import { plainAccount } from '../../store/records.ts';
import { difference, readPng } from './png.ts';
import { runTool } from './tool.ts';

const poppler = 'Debian: apt-get install poppler-utils';
const office = 'Debian: apt-get install libreoffice-calc';

const folder = mkdtempSync(join(tmpdir(), 'billing-printed-'));
const file = join(folder, 'store.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const places = [
  { calledE164: '+18016424655', callType: 'national' },
  { calledE164: '+4930123456', callType: 'international' },
  { calledE164: '+442079460000', callType: 'international' },
] as const;

beforeAll(async () => {
  const store = await openLocalStore({ file });
  await store.addAccount({
    ...{ ...plainAccount('1001', 'Smith v. Jones (discovery)'), department: 'Litigation', matter: '2026-0147' },
    ...{ client: 'Smith & Partners Manufacturing Company of North America, Inc.', reference: 'PO 88123 / Ms Ortega' },
    address: ['Attn: Accounts Payable', '1200 Industrial Parkway, Suite 400', 'Provo, UT 84601'],
  });
  await store.addAccount({ ...plainAccount('1002', 'Zürich – Łódź GmbH'), department: 'Litigation' });
  await store.addExtension({ number: '201', name: 'Anna Kovács' });
  await store.addExtension({ number: '203', name: 'דוד כהן' });
  const terms = (prefix: string, destination: string, priceMicros: number, connectFeeMicros = 0) =>
    rateTerms(prefix, { destination, priceMicros, connectFeeMicros });
  const rates = [
    terms('1801', 'USA, Utah', 12_000),
    terms('49', 'Germany', 71_000, 50_000),
    terms('44', 'United Kingdom', 33_000),
  ];
  await store.importRates('default', ratesSource(rates));
  const startMs = Date.parse('2026-03-01T15:00:00Z');
  const records = Array.from({ length: 140 }, (_, at) => {
    const isFirst = at % 4 !== 0;
    return call(`c${at}`, startMs + at * 5 * 3_600_000 + ((at * 7919) % 3000) * 1000, {
      ...places[(at * 7) % places.length],
      ...{ accountId: isFirst ? 1 : 2, departmentId: 1, code: isFirst ? '1001' : '1002', accountName: 'x' },
      ...{ extension: at % 9 === 0 ? '203' : '201', billableMs: 5000 + ((at * 104_729) % 900_000) },
    });
  });
  for (const record of records) await store.save(record);
  await store.close();
}, 60_000);

async function written(name: string, format: string, ...args: string[]): Promise<string> {
  const output = join(folder, `${name}.${format}`);
  const period = ['--from', '2026-03-01', '--to', '2026-03-31'];
  const { code, err } = await report(file, ...args, ...period, '--format', format, '--output', output);
  expect({ code, err }).toEqual({ code: 0, err: `Written: ${output}\n` });
  return output;
}

const pictures = join(import.meta.dirname, 'pages');
/** The three main layouts are shown in docs/reports.md. */
const shown = join(import.meta.dirname, '..', '..', '..', 'docs', 'statements');
/** Of the colours of all pixels; another version of poppler draws edges of letters otherwise. */
const mostDifference = 0.01;

/** A page of a PDF beside the picture of it that was looked at. */
function expectPage(pdf: string, page: number, picture: string): void {
  const drawn = join(folder, basename(picture, '.png'));
  const options = ['-png', '-r', '66', '-f', String(page), '-l', String(page), '-singlefile'];
  expect(runTool('pdftoppm', [...options, pdf, drawn], { from: poppler })).toEqual({ code: 0, output: '' });
  const now = readFileSync(`${drawn}.png`);
  if (!existsSync(picture)) {
    writeFileSync(picture, now);
    throw new Error(`${picture} is new: look at it, and run the test again`);
  }
  expect(difference(readPng(now), readPng(readFileSync(picture)))).toBeLessThan(mostDifference);
}

const pagesOf = (pdf: string): number =>
  Number(/Pages:\s+(\d+)/.exec(runTool('pdfinfo', [pdf], { from: poppler }).output)?.[1] ?? 0);

describe('PDF, page by page, as somebody has looked at it', () => {
  it.each([
    ['client', ['statement', '--filter', 'account=Smith v. Jones (discovery)']],
    ['department', ['statement', '--group', 'department']],
    ['internal', ['statement', '--layout', 'internal']],
  ])('a statement in the layout %s', async (name, args) => {
    const pdf = await written(name, 'pdf', ...args);
    expectPage(pdf, 1, join(shown, `${name}.png`));
    expectPage(pdf, pagesOf(pdf), join(pictures, `${name}-last.png`));
  });

  it.each([
    ['usage-by-account', ['usage-by-account']],
    ['calls', ['calls', '--limit', '60']],
    ['traffic-by-day', ['usage-by-account', '--group', 'day', '--paper', 'Letter']],
    ['actual-cost', ['actual-cost', '--invoice', '123.45 USD', '--group', 'destination']],
  ])('the report %s', async (name, args) => {
    expectPage(await written(name, 'pdf', ...args), 1, join(pictures, `${name}.png`));
  });
});

describe('a statement of any length', () => {
  it('has what is due and how it was rounded together on its last page', async () => {
    const lengths = new Set<number>();
    for (let day = 3; day <= 30; day += 1) {
      const output = join(folder, `until-${day}.pdf`);
      const period = ['--from', '2026-03-01', '--to', `2026-03-${String(day).padStart(2, '0')}`];
      const smith = ['statement', '--filter', 'account=Smith v. Jones (discovery)'];
      expect(await report(file, ...smith, ...period, '--format', 'pdf', '--output', output)).toMatchObject({ code: 0 });
      const pages = runTool('pdftotext', ['-layout', output, '-'], { from: poppler }).output.split('\f').slice(0, -1);
      lengths.add(pages.length);
      expect(pages.at(-1)).toMatch(/Total due[^]*Minutes are minutes:seconds/);
    }
    expect(lengths.size).toBeGreaterThan(1);
  }, 60_000);
});

describe('XLSX, printed by LibreOffice', () => {
  it('is as wide as the page, across, with its titles on each page and nothing that does not fit', async () => {
    const xlsx = await written('calls', 'xlsx', 'calls');
    const profile = `-env:UserInstallation=file://${join(folder, 'office')}`;
    const args = [profile, '--headless', '--convert-to', 'pdf', '--outdir', join(folder, 'printed'), xlsx];
    const { code, output } = runTool('soffice', args, { from: office });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('convert') });
    const pdf = join(folder, 'printed', 'calls.pdf');
    const info = runTool('pdfinfo', [pdf], { from: poppler }).output;
    const [, width, height] = /Page size:\s+([\d.]+) x ([\d.]+) pts/.exec(info) ?? [];
    expect(Number(width)).toBeGreaterThan(Number(height));
    const pages = runTool('pdftotext', ['-layout', pdf, '-'], { from: poppler }).output.split('\f').slice(0, -1);
    const listing = pages.filter((page) => page.includes('+4930123456') || page.includes('+18016424655'));
    expect(listing.length).toBeGreaterThan(1);
    for (const page of listing) {
      for (const title of ['Started', 'Account', 'Number', 'Charge']) expect(page).toContain(title);
      expect(page).not.toContain('###');
    }
    // Each call stands on one page, whole.
    expect(listing.join('\n').match(/\+\d{10,}/g)?.length).toBe(140);
  }, 120_000);
});
