import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { createWorkbook } from '../../../../src/reports/render/xlsx/workbook.ts';
import type { Value } from '../../../../src/reports/render/xlsx/sheet.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The cells of a sheet that was written with these values, as another library reads them. */
async function readBack(rows: readonly (readonly Value[])[], name = 'Calls', sheetToRead: number | string = 1) {
  const pieces: Uint8Array[] = [];
  const workbook = createWorkbook((bytes) => pieces.push(bytes));
  const layout = { widths: [10], hasHeader: false };
  const sheet = workbook.addSheet(name, layout);
  for (const row of rows) sheet.addRow(row.map((value) => ({ value, format: null })));
  sheet.close();
  const other = workbook.addSheet('About', layout);
  other.addRow([{ value: 'second', format: '@' }], 'total');
  other.close();
  workbook.close();
  const file = join(folder, 'book.xlsx');
  await writeFile(file, Buffer.concat(pieces));
  return readSheet(file, sheetToRead, { trim: false });
}

test('text, numbers and gaps come back as they were', async () => {
  // What XML 1.0 allows, without the carriage return that readers make a line feed of.
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((value) => !/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/.test(value) && value.trim() !== '');
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.integer(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(value, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }),
      async (rows) => {
        const width = Math.max(...rows.map((row) => row.length));
        const padded = rows.map((row) => [...row, ...Array.from({ length: width - row.length }, () => null)]);
        expect(await readBack(rows)).toEqual(padded);
      },
    ),
    { numRuns: 50 },
  );
});

test('what XML does not allow is shown as U+FFFD, and spaces are kept', async () => {
  expect(await readBack([['a\u0000b\u0007c', '<&">', '  kept  ']])).toEqual([['a�b�c', '<&">', '  kept  ']]);
});

test('a sheet may have any name', async () => {
  expect(await readBack([[1]], 'Calls: 1/2 [a] & "b" of a year that is long')).toEqual([[1]]);
  expect(await readBack([[1]], 'Calls', 'About')).toEqual([['second']]);
});

test('column 27 is AA', async () => {
  const row = Array.from({ length: 60 }, (_, at) => at);
  expect(await readBack([row])).toEqual([row]);
});
