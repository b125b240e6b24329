import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCsv } from '../../src/csv/csv.ts';
import { readCsvLines } from '../../src/csv/lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-encoding-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const table = 'Prefix,Destination,Price\r\n44,"London, Köln",0.0234\r\n86,中一一一一一一一国,0.10\r\n';
const rows = [
  ['Prefix', 'Destination', 'Price'],
  ['44', 'London, Köln', '0.0234'],
  ['86', '中一一一一一一一国', '0.10'],
];

const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const utf32be = (text: string): Buffer =>
  Buffer.concat(
    Array.from(text, (sign) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sign.codePointAt(0) ?? 0);
      return bytes;
    }),
  );
const utf32le = (text: string): Buffer => utf32be(text).swap32();
const mark = '\uFEFF';

async function linesOf(bytes: Uint8Array): Promise<string[][]> {
  const file = join(folder, 'rates.csv');
  writeFileSync(file, bytes);
  const read: string[][] = [];
  const refuse = (line: number, error: string) => {
    throw new Error(`${line}: ${error}`);
  };
  for await (const batch of readCsvLines(file, refuse)) read.push(...batch.map(({ cells }) => cells));
  return read;
}

function wholeOf(bytes: Uint8Array): string[][] {
  const { header, rows: rest } = readCsv(bytes);
  return [header, ...rest].map((row) => [...(row?.cells ?? [])]);
}

describe('a CSV file', () => {
  it.each([
    ['UTF-8', Buffer.from(table)],
    ['UTF-8 with a byte order mark', Buffer.from(mark + table)],
    ['UTF-16 little-endian with a byte order mark', utf16le(mark + table)],
    ['UTF-16 big-endian with a byte order mark', utf16be(mark + table)],
    ['UTF-16 little-endian without one', utf16le(table)],
    ['UTF-16 big-endian without one', utf16be(table)],
  ])('in %s is read', async (_, bytes) => {
    expect(wholeOf(bytes)).toEqual(rows);
    expect(await linesOf(bytes)).toEqual(rows);
  });

  it.each([
    ['utf16le', utf16le],
    ['utf16be', utf16be],
  ])('of nothing but ASCII in %s is not taken for UTF-8 with zeros in it', async (_, encoded) => {
    const ascii = 'code,name\r1001,Smith\r1002,Jones\r';
    const expected = [
      ['code', 'name'],
      ['1001', 'Smith'],
      ['1002', 'Jones'],
    ];
    expect(wholeOf(encoded(ascii))).toEqual(expected);
    expect(await linesOf(encoded(ascii))).toEqual(expected);
  });

  it.each([
    ['little-endian', utf32le],
    ['big-endian', utf32be],
  ])('in UTF-32 %s is refused by its name, with and without a byte order mark', async (_, encoded) => {
    for (const bytes of [encoded(table), encoded(mark + table)]) {
      expect(readCsv(bytes).problems).toEqual([{ line: 1, error: 'the file is UTF-32: save it as "CSV UTF-8"' }]);
      await expect(linesOf(bytes)).rejects.toThrow('the file is UTF-32: save it as "CSV UTF-8"');
    }
  });

  it('in another encoding is refused, and none of its signs is guessed', async () => {
    const windows = Buffer.from('Prefix,Price\n44,\x80 0.10\n', 'latin1');
    expect(readCsv(windows).problems).toEqual([{ line: 1, error: 'the file is not UTF-8: save it as "CSV UTF-8"' }]);
    await expect(linesOf(windows)).rejects.toThrow('is not UTF-8');
  });

  it('of a few bytes, or none, is text', () => {
    expect(wholeOf(Buffer.from('a'))).toEqual([['a']]);
    expect(readCsv(Buffer.alloc(0))).toMatchObject({ header: null, problems: [] });
  });
});
