import { describe, expect, it } from '@jest/globals';
import { row, workbook } from '../spreadsheet/workbooks.ts';
import { ratesOnLocalStore } from './rates-harness.ts';

/** What a sheet shows and its cells alone do not say: what is struck out, hidden, or merged. */

const { rates, file } = ratesOnLocalStore();

async function taken(deck: Uint8Array, ...options: string[]): Promise<string[]> {
  const said = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(said).toMatchObject({ code: 0 });
  const lines = (await rates('export')).out.trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').slice(0, 5).join(' '));
}

async function refused(deck: Uint8Array, ...options: string[]): Promise<string> {
  const { code, out, err } = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(code).toBe(2);
  return `${out}${err}`;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const head = row(1, 'Prefix', 'Name', 'Rate', 'Increments');
const uk = '44 UK 0.02 0 60/60';
const germany = '49 Germany 0.03 0 60/60';

/** Style 1 is struck out, style 2 has a font that says it is not. */
const styles = `<styleSheet xmlns="${main}"><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>
<cellStyleXfs><xf fontId="1"/></cellStyleXfs><cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs>
<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>`;
const withStyles = (rows: string, more: { strings?: string[] } = {}): Uint8Array =>
  workbook({ sheets: { Rates: head + rows }, parts: { 'xl/styles.xml': styles }, ...more });
const sheetOf = (before: string, rows: string, after = ''): Uint8Array =>
  workbook({
    sheets: { Rates: '' },
    parts: {
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
    },
  });
const styled = (made: string, style: number, only = /<c /g): string => made.replace(only, (c) => `${c}s="${style}" `);

describe('a row in which something is struck out', () => {
  const rows = row(2, 44, 'UK', 0.02, '60/60');
  const withdrawn = row(3, 49, 'Germany', 0.03, '60/60');

  it.each([
    ['all of it', styled(withdrawn, 1)],
    ['its price alone', withdrawn.replace('<c r="C3"', '<c r="C3" s="1"')],
    ['words of it', withdrawn.replace('<t>Germany</t>', '<r><t>Ger</t></r><r><rPr><strike/></rPr><t>many</t></r>')],
  ])('%s: is refused, until somebody says whether it counts', async (_, struck) => {
    const deck = withStyles(rows + struck);
    const said = await refused(deck);
    expect(said).toMatch(/:3: something in this row is struck out: .*--struck-rows read.*--struck-rows leave-out/);
    expect(await taken(deck, '--struck-rows', 'leave-out')).toEqual([uk]);
    expect(await taken(deck, '--struck-rows', 'read')).toEqual([uk, germany]);
  });

  it('also by a string that several cells share', async () => {
    const shared = '<row r="3"><c r="A3"><v>49</v></c><c r="B3" t="s"><v>0</v></c><c r="C3"><v>0.03</v></c></row>';
    const strings = ['<r><rPr><strike val="1"/></rPr><t>Germany</t></r>'];
    expect(await refused(withStyles(rows + shared, { strings }), '--increments', '60/60')).toContain('struck out');
  });

  it('is one where nothing but a blank cell is, or its font says that it is not', async () => {
    const blank = withdrawn.replace('</row>', '<c r="E3" s="1"/></row>');
    expect(await taken(withStyles(rows + blank))).toEqual([uk, germany]);
    expect(await taken(withStyles(rows + styled(withdrawn, 2)))).toEqual([uk, germany]);
  });
});

describe('a column that a sheet hides', () => {
  const header = row(1, 'Prefix', 'Name', 'Rate', 'Increments', 'Note');
  const rows = header + row(2, 44, 'UK', 0.02, '60/60', 'x');

  it.each(['hidden="1"', "hidden='true'", 'width="0" customWidth="1"'])(
    '%s: is refused, until somebody says whether it counts',
    async (how) => {
      const deck = sheetOf(`<cols><col min="1" max="2" width="9"/><col min="3" max="3" ${how}/></cols>`, rows);
      expect(await refused(deck)).toMatch(
        /:1: the sheet hides column C \("Rate"\): it counts with --hidden-columns read, and does not with --hidden-columns leave-out/,
      );
      expect(await taken(deck, '--hidden-columns', 'read', '--ignore', 'Note')).toEqual([uk]);
      expect(await refused(deck, '--hidden-columns', 'leave-out', '--ignore', 'Note')).toContain('no price column');
    },
  );

  it('does not matter where nothing is in it', async () => {
    const deck = sheetOf('<cols><col min="6" max="16384" hidden="1"/></cols>', rows);
    expect(await taken(deck, '--ignore', 'Note')).toEqual([uk]);
  });
});

describe('a row of no height', () => {
  it('is hidden', async () => {
    const low = row(3, 49, 'Germany', 0.03, '60/60').replace('<row ', '<row ht="0" customHeight="1" ');
    expect(await refused(sheetOf('', head + row(2, 44, 'UK', 0.02, '60/60') + low))).toContain('--hidden-rows read');
  });
});

describe('cells that are merged with those below them', () => {
  const merged = (...refs: string[]) =>
    `<mergeCells>${refs.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`;

  it('stand for each of their rows: a price, a name, and the day from which it counts', async () => {
    const rows =
      row(1, 'Prefix', 'Name', 'Rate', 'Increments', 'Valid from') +
      row(2, 44, 'UK', 0.02, '60/60', '2026-05-01') +
      row(3, 4420, '', '', '60/60') +
      row(4, 44113, 'Leeds', 0.05, '60/60');
    const said = await rates(
      'import',
      await file(sheetOf('', rows, merged('B2:B3', 'C2:C3', 'E2:E4', 'A1:A1'))),
      '--currency',
      'USD',
    );
    expect(said).toMatchObject({ code: 0 });
    const [, ...lines] = (await rates('export')).out.trim().split('\n');
    expect(lines.map((line) => line.split(',').slice(0, 3).join(' '))).toEqual([
      '44 UK 0.02',
      '44113 Leeds 0.05',
      '4420 UK 0.02',
    ]);
    expect(lines.every((line) => line.includes('2026-05-01'))).toBe(true);
  });

  it('are struck out in each of them, and make no row of a blank one', async () => {
    const struck =
      row(2, 44, 'UK', 0.02, '60/60').replace('<c r="C2"', '<c r="C2" s="1"') +
      row(3, 49, 'Germany', '', '60/60') +
      row(4, '', '', '') +
      row(5, 33, 'France', 0.04, '60/60');
    const deck = workbook({
      sheets: { Rates: '' },
      parts: {
        'xl/styles.xml': styles,
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${head}${struck}</sheetData>${merged('C2:C4')}</worksheet>`,
      },
    });
    expect(await taken(deck, '--struck-rows', 'leave-out')).toEqual(['33 France 0.04 0 60/60']);
    expect(await taken(deck, '--struck-rows', 'read', '--confirm', 'removed,coverage')).toHaveLength(3);
  });

  it('beside each other are one cell, and a title over a table is none of its rows', async () => {
    const rows =
      row(1, 'Rates of 2026') + row(2, 'Prefix', 'Name', 'Rate', 'Increments') + row(3, 44, 'UK', 0.02, '60/60');
    expect(await taken(sheetOf('', rows, merged('A1:D1')))).toEqual([uk]);
  });
});
