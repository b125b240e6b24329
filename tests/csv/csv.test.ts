import { describe, expect, it } from '@jest/globals';
import { readCsv } from '../../src/csv/csv.ts';

const read = (text: string) => readCsv(new TextEncoder().encode(text));
const cellsOf = (text: string) => read(text).rows.map(({ cells }) => cells);

describe('CSV files', () => {
  it('are read with byte order mark, CRLF, quotes, doubled quotes and line breaks inside quotes', () => {
    const table = read('\ufeffcode,name\r\n1,"Smith, ""Bob"""\r\n2,"two\r\nlines"\r\n3,Jos\u00e9\r\n');
    expect(table.problems).toEqual([]);
    expect(table.header).toEqual({ line: 1, cells: ['code', 'name'] });
    expect(table.rows).toEqual([
      { line: 2, cells: ['1', 'Smith, "Bob"'] },
      { line: 3, cells: ['2', 'two\nlines'] },
      { line: 5, cells: ['3', 'José'] },
    ]);
  });

  it.each([',', ';', '\t'])('are separated by %j if the header is', (separator) => {
    const rows = [
      ['code', 'name', 'blocked prefixes'],
      ['1', 'a', '"1900;1976, 44"'],
    ];
    expect(cellsOf(rows.map((row) => row.join(separator)).join('\n'))).toEqual([['1', 'a', '1900;1976, 44']]);
  });

  it('may say that digits are a text, as spreadsheets are told to keep their zeros', () => {
    const { rows, problems } = read(
      'code,name,numbers\n="00123",a,="+49"\n"=""00456""",b,=""\n="0,1",c,="=1+1"\n=""00,d,\n',
    );
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['00123', 'a', '+49'],
      ['00456', 'b', ''],
    ]);
    expect(problems.map(({ line }) => line)).toEqual([4, 5]);
  });

  it('may lack the final line break and contain blank lines and rows of separators, which count as lines', () => {
    const { rows } = read('a,b\n\n1,2\n,\n   \n3,4');
    expect(rows).toEqual([
      { line: 3, cells: ['1', '2'] },
      { line: 6, cells: ['3', '4'] },
    ]);
  });

  it('give a problem for every line that is not CSV, and the other lines', () => {
    const { rows, problems } = read('a,b\n1,x"y\n2,ok\n3,"a"b\n4,ok\n\n5,"open\n6,ok');
    expect(rows.map(({ line }) => line)).toEqual([3, 5, 8]);
    expect(problems).toEqual([
      { line: 2, error: expect.stringContaining('there is a quote inside an unquoted field') },
      { line: 4, error: expect.stringContaining('text follows a closing quote') },
      { line: 7, error: expect.stringContaining('never ends') },
    ]);
  });

  it('with a quote that never ends cost no more than their length, however many there are', () => {
    const open = `code,name\n1,"open\n${'2,ok\n'.repeat(2_000_000)}`;
    const before = process.memoryUsage().rss;
    const { rows, problems } = read(open);
    expect(problems).toEqual([{ line: 2, error: expect.stringContaining('never ends') }]);
    expect(rows).toHaveLength(2_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(1_500_000_000);

    const startedAt = performance.now();
    const all = read(`code,name\n${'1,"open\n'.repeat(100_001)}`);
    expect(all.problems.at(-1)?.error).toContain('too many rows are wrong');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('are no tables where a row is longer than any list, though it is nothing but separators', () => {
    const { rows, problems } = read(`code,name\n1,a${','.repeat(2_000_000)}\n2,b\n3,"c\n${'d'.repeat(200_001)}"\n4,e`);
    expect(rows.map(({ line }) => line)).toEqual([3, 6]);
    expect(problems).toEqual([
      { line: 2, error: 'the row has more than 200000 characters' },
      { line: 4, error: expect.stringContaining('never ends') },
      { line: 5, error: 'the row has more than 200000 characters' },
    ]);
  });

  it('may be in UTF-16, with its byte order mark', () => {
    const { header, rows } = readCsv(Buffer.from('\ufeffcode\tname\n1\tKöln\n', 'utf16le'));
    expect([header?.cells, rows.map(({ cells }) => cells)]).toEqual([['code', 'name'], [['1', 'Köln']]]);
  });

  it('that are not UTF-8 are refused', () => {
    const { header, problems } = readCsv(Buffer.from('code,name\n1,Jos\u00e9\n', 'latin1'));
    expect(header).toBeNull();
    expect(problems).toEqual([{ line: 1, error: expect.stringContaining('not UTF-8') }]);
  });

  it.each(['', '\n\n', '\ufeff'])('that are empty (%j) have no header', (text) => {
    expect(read(text)).toEqual({ header: null, rows: [], problems: [] });
  });
});
