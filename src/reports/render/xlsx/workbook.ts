import { Zip, ZipDeflate } from 'fflate';
import { rowXml, sheetHead, sheetTail } from './sheet.ts';
import type { SheetCell, SheetLayout } from './sheet.ts';
import { createStyles } from './styles.ts';
import { declaration, escapeXml } from './xml.ts';

export type Sheet = {
  addRow(cells: readonly SheetCell[], look?: { bold: boolean }): void;
  /** To be called before the next sheet is added. */
  close(): void;
};

/** Writes an XLSX file from its beginning to its end, so that a million rows need no memory. */
export type Workbook = {
  addSheet(name: string, layout: SheetLayout): Sheet;
  /** Writes what belongs to all sheets, and ends the file. */
  close(): void;
};

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
/** Rows are packed in pieces of this many characters. */
const pieceLength = 65_536;

/** `write` gets the bytes of the file, one piece after another; what it throws comes out of the call that wrote. */
export function createWorkbook(write: (bytes: Uint8Array) => void): Workbook {
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    write(bytes);
  });
  const styles = createStyles();
  const sheets: string[] = [];
  const open = (path: string): ((text: string, last: boolean) => void) => {
    const file = new ZipDeflate(path);
    zip.add(file);
    return (text, last) => file.push(Buffer.from(text), last);
  };
  return {
    addSheet(name, layout) {
      sheets.push(legalName(name));
      const push = open(`xl/worksheets/sheet${sheets.length}.xml`);
      let piece = sheetHead(layout);
      let rows = 0;
      return {
        addRow(cells, { bold } = { bold: false }) {
          rows += 1;
          piece += rowXml(rows, cells, bold, styles);
          if (piece.length < pieceLength) return;
          push(piece, false);
          piece = '';
        },
        close: () => push(piece + sheetTail, true),
      };
    },
    close() {
      open('xl/styles.xml')(styles.xml(), true);
      open('xl/workbook.xml')(workbookXml(sheets), true);
      open('xl/_rels/workbook.xml.rels')(workbookRelations(sheets), true);
      open('_rels/.rels')(
        relations([{ id: 'rId1', type: `${office}/officeDocument`, target: 'xl/workbook.xml' }]),
        true,
      );
      open('[Content_Types].xml')(contentTypes(sheets), true);
      zip.end();
    },
  };
}

/** At most 31 characters, and none of `\ / ? * : [ ]`: Excel calls a file with another name damaged. */
function legalName(name: string): string {
  return name.replace(/[\\/?*:[\]]/g, ' ').slice(0, 31);
}

function workbookXml(sheets: readonly string[]): string {
  const listed = sheets.map((name, at) => `<sheet name="${escapeXml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${listed.join('')}</sheets></workbook>`;
}

function workbookRelations(sheets: readonly string[]): string {
  return relations([
    ...sheets.map((_, at) => ({
      id: `rId${at + 1}`,
      type: `${office}/worksheet`,
      target: `worksheets/sheet${at + 1}.xml`,
    })),
    { id: `rId${sheets.length + 1}`, type: `${office}/styles`, target: 'styles.xml' },
  ]);
}

function relations(targets: readonly { id: string; type: string; target: string }[]): string {
  const listed = targets.map(({ id, type, target }) => `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`);
  return `${declaration}<Relationships xmlns="${packages}/relationships">${listed.join('')}</Relationships>`;
}

function contentTypes(sheets: readonly string[]): string {
  const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts = [
    { path: '/xl/workbook.xml', kind: 'sheet.main' },
    { path: '/xl/styles.xml', kind: 'styles' },
    ...sheets.map((_, at) => ({ path: `/xl/worksheets/sheet${at + 1}.xml`, kind: 'worksheet' })),
  ];
  return (
    `${declaration}<Types xmlns="${packages}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    parts.map(({ path, kind }) => `<Override PartName="${path}" ContentType="${spreadsheet}.${kind}+xml"/>`).join('') +
    '</Types>'
  );
}
