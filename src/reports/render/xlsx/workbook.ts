import { columnLetters } from '../../../words/column-letters.ts';
import { Zip, ZipDeflate } from 'fflate';
import { rowXml, sheetHead, sheetTail } from './sheet.ts';
import type { SheetCell, SheetLayout } from './sheet.ts';
import { createStyles, type RowLook } from './styles.ts';
import { declaration, escapeXml } from './xml.ts';

export type Sheet = {
  addRow(cells: readonly SheetCell[], look?: RowLook): void;
  /** To be called before the next sheet is added. `filtered`: so many rows, the header among them, may be filtered. */
  close(options?: { filtered: number }): void;
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
  const sheets: AddedSheet[] = [];
  const open = (path: string): ((text: string, last: boolean) => void) => {
    const file = new ZipDeflate(path);
    zip.add(file);
    return (text, last) => file.push(Buffer.from(text), last);
  };
  return {
    addSheet(name, layout) {
      const added = { name: legalName(name), layout, filtered: 0 };
      sheets.push(added);
      const push = open(`xl/worksheets/sheet${sheets.length}.xml`);
      let piece = sheetHead(layout);
      let rows = 0;
      return {
        addRow(cells, look = 'plain') {
          rows += 1;
          piece += rowXml(rows, cells, look, { styles, widths: layout.widths });
          if (piece.length < pieceLength) return;
          push(piece, false);
          piece = '';
        },
        close({ filtered } = { filtered: 0 }) {
          push(piece + sheetTail(layout, filtered), true);
          added.filtered = filtered;
        },
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

type AddedSheet = { name: string; layout: SheetLayout; filtered: number };

/** What spreadsheets keep by name: the rows that each page repeats, and what is filtered. */
function definedNames(sheets: readonly AddedSheet[]): string {
  const names = sheets.flatMap(({ name, layout, filtered }, at) => {
    const sheet = `'${name.replaceAll("'", "''")}'`;
    const defined = (what: string, hidden: string, range: string) =>
      `<definedName name="_xlnm.${what}" localSheetId="${at}"${hidden}>${escapeXml(`${sheet}!${range}`)}</definedName>`;
    const last = columnLetters(Math.max(layout.widths.length - 1, 0));
    return [
      ...(filtered < 2 ? [] : [defined('_FilterDatabase', ' hidden="1"', `$A$1:$${last}$${filtered}`)]),
      ...(layout.hasHeader ? [defined('Print_Titles', '', '$1:$1')] : []),
    ];
  });
  return names.length === 0 ? '' : `<definedNames>${names.join('')}</definedNames>`;
}

function workbookXml(sheets: readonly AddedSheet[]): string {
  const listed = sheets.map(
    ({ name }, at) => `<sheet name="${escapeXml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  );
  return `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${listed.join('')}</sheets>${definedNames(sheets)}</workbook>`;
}

function workbookRelations(sheets: readonly unknown[]): string {
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

function contentTypes(sheets: readonly unknown[]): string {
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
