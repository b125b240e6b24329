import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { layoutNamed, layoutNames, layoutText } from '../../../src/reports/statements/layouts.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-layouts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, 'mine.json');
  writeFileSync(file, text);
  return file;
}

const problemOf = (text: string): string => {
  const read = layoutNamed(fileOf(text));
  return read.ok ? '' : read.problem.replace(folder, '').replace(/^layout .mine.json: /, '');
};

const minimal = { title: 'Bill', columns: [{ field: 'date' }, { field: 'charge' }] };

describe('layouts', () => {
  it.each(layoutNames)('%s is built in, and a site may start from its text', (name) => {
    const builtIn = layoutNamed(name);
    expect(builtIn).toMatchObject({ ok: true });
    expect(layoutNamed(fileOf(layoutText(name)))).toEqual(builtIn);
  });

  it('of a client show neither cost nor words of the program', () => {
    const client = layoutNamed('client');
    expect(client.ok && client.value.columns.map(({ field }) => field)).toEqual([
      ...['date', 'time', 'number', 'place', 'actual', 'billed', 'price', 'charge'],
    ]);
    expect(layoutText('client')).not.toMatch(/cost|billing-codes/i);
  });

  it('need a title and columns, and take their defaults for the rest, whatever editor saved them', () => {
    expect(layoutNamed(fileOf(`\ufeff${JSON.stringify(minimal)}`))).toMatchObject({
      ok: true,
      value: { by: 'account', subtotals: 'none', tax: false, labels: { due: 'Total due' } },
    });
  });

  it.each([
    ['{ "title": ', 'is not JSON: '],
    [{ ...minimal, colums: [] }, 'Unrecognized key: "colums"'],
    [{ ...minimal, columns: [] }, '"columns": needs at least one column'],
    [{ ...minimal, columns: [{ field: 'date' }, { field: 'price per minute' }] }, '"columns[1].field": Invalid option'],
    [{ ...minimal, columns: [{ field: 'date' }, { field: 'date' }] }, '"columns": date is there twice'],
    [{ ...minimal, opening: ['Dear {cleint},'] }, '"opening[0]": there is no {cleint}: use {site}, '],
    [{ ...minimal, opening: ['Pay {due}'] }, '"opening[0]": {due} is known only once the calls are added up'],
    [{ ...minimal, number: '{client}' }, '"number": there is no {client}: use {period}, {payer}'],
    [{ ...minimal, locale: 'german' }, '"locale": is no language and region such as de-CH'],
    [{ ...minimal, paper: 'A3' }, '"paper": Invalid option: expected one of "A4"|"Letter"'],
    [{ ...minimal, labels: { due: '' } }, '"labels.due": is empty'],
  ])('%j is refused with a line that says where', (layout, problem) => {
    expect(problemOf(typeof layout === 'string' ? layout : JSON.stringify(layout))).toContain(problem);
  });

  it('that are not there are named', () => {
    expect(layoutNamed('clinet')).toEqual({
      ok: false,
      problem: 'there is no layout "clinet": use client, department, internal, or a file that ends in .json',
    });
    expect(layoutNamed(join(folder, 'none.json'))).toMatchObject({
      problem: expect.stringContaining('cannot be read'),
    });
  });
});
