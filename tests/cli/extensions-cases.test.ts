import { expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extensionsCommand } from '../../src/cli/extensions/extensions.ts';
import { row, workbook } from '../spreadsheet/workbooks.ts';
import { onLocalStore } from './directory.ts';

const { run, store, importText } = onLocalStore(extensionsCommand);

it.each([
  ['201.0', '"201.0" can be read in two ways: write 201, if a spreadsheet has made a number of it, or 2010'],
  ['2.01E+11', '"2.01E+11" was damaged by a spreadsheet'],
])('an extension %s is refused', async (number, why) => {
  const { code, err } = await importText(`number,name\n${number},Reception\n`);
  expect(code).toBe(2);
  expect(err).toContain(`FILE:2: number: ${why}`);
  expect(await store().listExtensions()).toEqual([]);
});

it('an extension that differs from one of the same name only by zeros is warned about', async () => {
  await importText('number,name\n0201,Reception\n0202,\n');
  const { code, err } = await importText('number,name\n201,reception\n202,\n');
  expect(code).toBe(0);
  expect(err).toMatch(/^FILE:2: warning: the number differs from that of an extension that is there already/);
  expect(err).not.toContain('FILE:3');
});

it('a workbook is read like a CSV file, but for numbers, which are what they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'billing-workbook-'));
  try {
    const file = join(folder, 'phones.xlsx');
    const header = row(1, 'number', 'name', 'blocked prefixes', 'department');
    await writeFile(
      file,
      workbook({ sheets: { Phones: header + row(2, 201, 'Reception', '1900, 1976') + row(4, 202, 'Bar', 1900, 'B') } }),
    );
    expect(await run('import', file)).toMatchObject({ code: 0, out: 'Added 2 and changed 0 extensions.\n' });
    expect(await store().findExtension('201')).toMatchObject({ restriction: { blockedPrefixes: ['1900', '1976'] } });
    expect(await store().findExtension('202')).toMatchObject({
      name: 'Bar',
      restriction: { blockedPrefixes: ['1900'] },
    });
    await writeFile(file, workbook({ sheets: { A: header, B: row(1, 'x') } }));
    expect((await run('import', file)).err).toContain(':1: the sheets "A" and "B" have something in them');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
