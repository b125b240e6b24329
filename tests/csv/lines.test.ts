import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isEncoding } from '../../src/csv/encoding.ts';
import { readCsvLines, splitCsvLine, type CsvLinesOptions } from '../../src/csv/lines.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  content: string | Uint8Array,
  options: CsvLinesOptions = {},
): Promise<{ rows: [number, string[]][]; problems: number[] }> {
  const file = join(folder, 'file.csv');
  writeFileSync(file, content);
  const rows: [number, string[]][] = [];
  const problems: number[] = [];
  for await (const batch of readCsvLines(file, (line) => problems.push(line), options)) {
    for (const { line, cells } of batch) rows.push([line, cells]);
  }
  return { rows, problems };
}

describe('readCsvLines', () => {
  it('reads UTF-16, as spreadsheets save "Unicode text", and an encoding that is named', async () => {
    const text = 'prefix\tname\r\n49\tKöln\r\n';
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    const rows = [
      [1, ['prefix', 'name']],
      [2, ['49', 'Köln']],
    ];
    expect((await read(little)).rows).toEqual(rows);
    expect((await read(Buffer.from(little).swap16())).rows).toEqual(rows);
    expect((await read(Buffer.from(text, 'latin1'), { encoding: 'windows-1252' })).rows).toEqual(rows);
    expect(isEncoding('klingon')).toBe(false);
  });

  it.each([
    ['LF', 'a,b\n1,2\n'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['CR', 'a,b\r1,2\r'],
    ['no line end at the end', 'a,b\n1,2'],
    ['a byte order mark', '\uFEFFa,b\n1,2\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['spaces around', ' a , "b" \n1, 2\n'],
  ])('reads %s', async (_what, content) => {
    expect(await read(content)).toEqual({
      rows: [
        [1, ['a', 'b']],
        [2, ['1', '2']],
      ],
      problems: [],
    });
  });

  it('skips empty lines and counts them', async () => {
    expect((await read('\n\na,b\n,\n \n1,2\n')).rows.map(([line]) => line)).toEqual([3, 6]);
    expect((await read('')).rows).toEqual([]);
  });

  it('skips only the line whose quotes are wrong', async () => {
    const { rows, problems } = await read('a,b\n"1,2\n3,4\n5"x,6\n"7"x,8\n"9""",""\n');
    expect(problems).toEqual([2, 4, 5]);
    expect(rows.slice(1)).toEqual([
      [3, ['3', '4']],
      [6, ['9"', '']],
    ]);
  });

  it('reads a field in quotes on over line breaks', async () => {
    const { rows, problems } = await read('a,"rate\n(USD)"\n44,"49152,\r\n49162"\n45,x\n');
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      [1, ['a', 'rate\n(USD)']],
      [3, ['44', '49152,\n49162']],
      [5, ['45', 'x']],
    ]);
  });

  it('does not take the next record for the rest of a field whose quote is missing', async () => {
    const { rows, problems } = await read('a,b,c\n44,"UK,0.01\n45,DK",0.02\n46,SE,0.03\n');
    expect(problems).toEqual([2, 3]);
    expect(rows.map(([line]) => line)).toEqual([1, 4]);
    const open = await read(`a,b\n44,"UK\n${'45,DK\n'.repeat(5000)}`);
    expect([open.problems, open.rows.length]).toEqual([[2], 5001]);
  });

  it('finds the separator of the table, whatever stands before it', async () => {
    expect((await read('Example Ltd, Rates\n\ncode;rate\n44;0,01\n45;0,02\n')).rows.at(-1)).toEqual([
      5,
      ['45', '0,02'],
    ]);
    expect((await read('code|rate\n44|0.01\n')).rows.at(-1)).toEqual([2, ['44', '0.01']]);
  });

  it('counts lines across the pieces of a large file', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index + 1},Zürich "x"`.replaceAll('"', ''));
    const { rows } = await read(lines.join('\r\n'));
    expect(rows.length).toBe(30_000);
    expect(rows.every(([line, cells]) => cells[0] === String(line) && cells[1] === 'Zürich x')).toBe(true);
  });

  it('says where a file is not text, and that it has no lines', async () => {
    await expect(read(Buffer.from([0x61, 0x0a, 0xff, 0xfe]))).rejects.toThrow('not UTF-8');
    await expect(read('x'.repeat(2_000_000))).rejects.toMatchObject({
      line: 1,
      message: expect.stringContaining('longer'),
    });
  });

  it('reads back whatever was quoted', () => {
    const cell = fc.string().filter((text) => !/[\r\n]/.test(text) && text === text.trim());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.constantFrom(',', ';', '\t'), (cells, separator) => {
        const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator);
        expect(splitCsvLine(line, separator)).toEqual(cells);
      }),
    );
  });
});
