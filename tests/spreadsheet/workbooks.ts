import { strToU8, zipSync } from 'fflate';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export type Made = {
  /** `sheetData` of each sheet, by name; one whose name ends with ` (hidden)` is hidden. */
  sheets: Record<string, string>;
  /** Shared strings, each as what is inside its `si`. */
  strings?: readonly string[];
  /** Number formats of the styles 0, 1, … */
  formats?: readonly (number | string)[];
  is1904?: boolean;
  /** Other parts, or those above in another form. */
  parts?: Record<string, string>;
};

const relationship = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;

/** A workbook as spreadsheet programs write it. */
export function workbook({ sheets, strings = [], formats = [0], is1904 = false, parts = {} }: Made): Uint8Array {
  const names = Object.keys(sheets);
  const state = (name: string) => (name.endsWith(' (hidden)') ? ' state="hidden"' : '');
  const custom = formats.flatMap((format, at) => (typeof format === 'string' ? [{ format, id: 164 + at }] : []));
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const files: Record<string, string> = {
    '_rels/.rels': `<Relationships xmlns="${relations}">${relationship('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${office}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${names
      .map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state(name)} r:id="rId${at + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}">${names
      .map((_, at) => relationship(`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`))
      .join(
        '',
      )}${relationship('rIdS', 'sharedStrings', '/xl/sharedStrings.xml')}${relationship('rIdF', 'styles', 'styles.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts>${custom
      .map(({ format, id }) => `<numFmt numFmtId="${id}" formatCode="${escaped(format)}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${formats
      .map((format, at) => `<xf numFmtId="${typeof format === 'number' ? format : 164 + at}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...Object.fromEntries(
      names.map((name, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `<worksheet xmlns="${main}"><sheetData>${sheets[name] ?? ''}</sheetData></worksheet>`,
      ]),
    ),
    ...parts,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** A row of inline texts and numbers. */
export const row = (line: number, ...cells: (string | number)[]): string =>
  `<row r="${line}">${cells
    .map((cell, at) => {
      const place = `r="${String.fromCharCode(65 + at)}${line}"`;
      return typeof cell === 'number'
        ? `<c ${place}><v>${cell}</v></c>`
        : `<c ${place} t="inlineStr"><is><t>${cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`;
    })
    .join('')}</row>`;
