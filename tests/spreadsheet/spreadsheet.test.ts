import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync, strToU8 } from 'fflate';
import { kindOfFile, openSpreadsheet } from '../../src/spreadsheet/spreadsheet.ts';
import { SpreadsheetError } from '../../src/spreadsheet/error.ts';
import { numberText } from '../../src/spreadsheet/number-formats.ts';
import { createWorkbook } from '../../src/reports/render/xlsx/workbook.ts';
import { row, workbook, type Made } from './workbooks.ts';

async function read(bytes: Uint8Array, { sheet, decimal = '.' }: { sheet?: string; decimal?: string } = {}) {
  const spreadsheet = await openSpreadsheet(bytes);
  const problems: string[] = [];
  const rows: [number, string[]][] = [];
  const name = sheet ?? spreadsheet.sheets[0] ?? '';
  const reading = { decimal, asShown: false, hiddenRows: 'read', hiddenColumns: 'read', struckRows: 'read' } as const;
  for await (const batch of spreadsheet.rows(name, reading, (line, error) => problems.push(`${line}: ${error}`))) {
    for (const { line, cells } of batch) rows.push([line, cells]);
  }
  return { sheets: spreadsheet.sheets, rows, problems };
}

const one = (data: string, more: Partial<Made> = {}) => read(workbook({ sheets: { Rates: data }, ...more }));

describe('a workbook', () => {
  it('has texts, shared, inline and of formulas', async () => {
    const data =
      '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2" t="s"><v>0</v></c><c r="D2" t="str"><f>A1</f><v>a &amp; b</v></c></row>' +
      row(4, ' x ', '_x0041_b');
    const strings = [
      '<r><t>United </t></r><r><t xml:space="preserve">Kingdom</t></r><rPh><t>ゆ</t></rPh>',
      '<t>44</t>',
    ];
    expect(await one(data, { strings })).toEqual({
      sheets: ['Rates'],
      rows: [
        [2, ['44', '', 'United Kingdom', 'a & b']],
        [4, ['x', 'Ab']],
      ],
      problems: [],
    });
  });

  it('has numbers as they are stored, whatever it shows', async () => {
    const data =
      '<row r="1"><c r="A1"><v>44</v></c><c r="B1"><v>1.3100000000000001E-2</v></c><c r="C1" s="1"><v>123</v></c>' +
      '<c r="D1"><v>1.234E-7</v></c><c r="E1" s="2"><v>0.5</v></c><c r="F1"><v>12345678901234567890</v></c></row>';
    const { rows } = await one(data, { formats: [0, '00000', '"USD" #,##0.00'] });
    expect(rows).toEqual([[1, ['44', '0.0131', '00123', '0.0000001234', '0.5', '1.2345678901234567E+19']]]);
    const bytes = workbook({ sheets: { Rates: data }, formats: [0, '00000', '0.00'] });
    expect((await read(bytes, { decimal: ',' })).rows[0]?.[1]?.[1]).toBe('0,0131');
  });

  it.each([
    [14, false, '46469', '2027-03-23'],
    [22, false, '46469.75', '2027-03-23 18:00:00'],
    ['dd/mm/yyyy', false, '46469', '2027-03-23'],
    ['[$-409]d-mmm-yy;@', true, '45007', '2027-03-23'],
    ['mmm', false, '46469', '2027-03-23'],
    ['"day" 0.00', false, '46469', '46469'],
    ['[Red]0.00', false, '46469', '46469'],
    [21, false, '0.5', '12:00:00'],
    ['[h]:mm', false, '1.5', '36:00:00'],
    [14, false, '3', '3'],
  ])('has a number shown as %j (1904: %j): %s is %s', async (format, is1904, value, expected) => {
    const data = `<row r="1"><c r="A1" s="1"><v>${value}</v></c></row>`;
    expect((await one(data, { formats: [0, format], is1904 })).rows).toEqual([[1, [expected]]]);
  });

  it('says where a formula has no result', async () => {
    const { problems } = await one('<row r="3"><c r="A3"><f>1+1</f></c><c r="B3"><f>1+1</f><v>2</v></c></row>');
    expect(problems).toEqual([
      '3: a formula in this row has no result: open the file in a spreadsheet program and save it',
    ]);
  });

  it('names the sheets that people see', async () => {
    const bytes = workbook({ sheets: { Notes: row(1, 'x'), 'Old (hidden)': row(1, 'old'), 'A & B': row(1, 'y') } });
    expect((await read(bytes)).sheets).toEqual(['Notes', 'A & B']);
    expect((await read(bytes, { sheet: 'a & b' })).rows).toEqual([[1, ['y']]]);
    await expect(read(bytes, { sheet: 'Old (hidden)' })).rejects.toThrow('it has no sheet "Old (hidden)"');
  });

  it('may have a prefix before its names, comments and instructions', async () => {
    const data =
      '<?x y?><x:worksheet xmlns:x="m"><!-- <row> --><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t><![CDATA[<44>]]></x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>';
    const bytes = workbook({ sheets: { Rates: '' }, parts: { 'xl/worksheets/sheet1.xml': data } });
    expect((await read(bytes)).rows).toEqual([[1, ['<44>']]]);
  });

  it('is read as our own reports write it', async () => {
    const pieces: Uint8Array[] = [];
    const written = createWorkbook((bytes) => pieces.push(bytes));
    const sheet = written.addSheet('Report', { widths: [10, 10], hasHeader: true });
    const cell = (value: string | number | Date, format: string | null = null) => ({ value, format });
    sheet.addRow([cell('prefix\r\n_x000D_'), cell(0.25), cell(new Date(Date.UTC(2027, 2, 23)), 'yyyy-mm-dd')]);
    sheet.close();
    written.close();
    expect((await read(Buffer.concat(pieces))).rows).toEqual([[1, ['prefix\r\n_x000D_', '0.25', '2027-03-23']]]);
  });

  it('may be large', async () => {
    const data = Array.from({ length: 50_000 }, (_, at) => row(at + 1, `4420${at}`, 'United Kingdom', 0.0131)).join('');
    const { rows } = await one(data);
    expect(rows.length).toBe(50_000);
    expect(rows.at(-1)).toEqual([50_000, ['442049999', 'United Kingdom', '0.0131']]);
  });

  it('gives back whatever text was written', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((cell) => !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(cell) && !cell.includes('_x'));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 10 }), async (cells) => {
        const { rows } = await one(row(1, ...cells));
        const expected = cells.map((cell) => cell.trim());
        expect(rows).toEqual(expected.every((cell) => cell === '') ? [] : [[1, expected]]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a file that is no workbook', () => {
  it.each<[string, Uint8Array, string]>([
    ['another archive', zipSync({ 'content.xml': strToU8('<x/>') }), 'the file is no .xlsx workbook'],
    ['a cut workbook', workbook({ sheets: { A: row(1, 'x') } }).subarray(0, 900), 'the file is damaged'],
    ['no archive', strToU8('PK'), 'the file is damaged'],
    [
      'one with a document type',
      workbook({
        sheets: { A: '' },
        parts: { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>' },
      }),
      'it has a document type',
    ],
    ['one without sheets', workbook({ sheets: {} }), 'no sheet that can be seen'],
  ])('is refused: %s', async (_what, bytes, why) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(why);
    await expect(reading).rejects.toBeInstanceOf(SpreadsheetError);
  });

  it('never makes the reader fail in another way', async () => {
    const whole = workbook({ sheets: { A: row(1, 'x', 1) + row(2, 'y') } });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = byte;
        await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(SpreadsheetError));
      }),
      { numRuns: 300 },
    );
  });

  it('is told by its first bytes', () => {
    expect(kindOfFile(workbook({ sheets: { A: '' } }))).toBe('workbook');
    expect(kindOfFile(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))).toBe('old-workbook');
    expect(kindOfFile(Buffer.from('prefix,rate'))).toBe('text');
    expect(kindOfFile(new Uint8Array())).toBe('text');
  });
});

describe('numberText', () => {
  it('writes a price as it was typed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 6 }), (digits, decimals) => {
        const typed = (digits / 10 ** decimals).toFixed(decimals);
        expect(Number(numberText(Number(typed)))).toBe(Number(typed));
        expect(numberText(Number(typed))).toMatch(/^\d+(\.\d*[1-9])?$/);
      }),
    );
  });
});
