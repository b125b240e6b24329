import { SpreadsheetError } from './error.ts';
import { formatOf, type NumberFormat } from './number-formats.ts';
import { attribute, createXmlReader, type XmlEvents } from './xml.ts';
import { openZip, type Zip } from './zip.ts';

/** What the sheets of a workbook have in common (ECMA-376 part 1, 12.3 and 18). */
export type WorkbookParts = {
  zip: Zip;
  /** Those that people see, in their order. */
  sheets: { name: string; path: string }[];
  strings: readonly string[];
  /** Of which strings a part is struck out, by place. */
  struckStrings: ReadonlySet<number>;
  /** By the style of a cell. */
  formats: readonly NumberFormat[];
  /** Which styles strike out all of a cell. */
  struckStyles: ReadonlySet<number>;
  is1904: boolean;
};

const maximumPart = 50_000_000;
const maximumStrings = 400_000_000;

/** Feeds a part of the workbook to a reader of XML. */
export async function readPart(zip: Zip, path: string, maximumBytes: number, events: XmlEvents): Promise<void> {
  const decoder = new TextDecoder();
  const reader = createXmlReader(events);
  for await (const piece of zip.read(path, maximumBytes)) reader.write(decoder.decode(piece, { stream: true }));
}

const elements = (zip: Zip, path: string, open: XmlEvents['open']): Promise<void> =>
  readPart(zip, path, maximumPart, { open, text: () => undefined, close: () => undefined });

type Relation = { type: string; path: string };

/** What a part refers to, by the ids that it uses. */
async function relationsOf(zip: Zip, part: string): Promise<Map<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const relations = new Map<string, Relation>();
  await elements(zip, `${folder}_rels/${part.slice(folder.length)}.rels`, (name, attributes) => {
    if (name !== 'Relationship') return;
    const target = attribute(attributes, 'Target') ?? '';
    const path = target.startsWith('/') ? target.slice(1) : new URL(target, `file:///${folder}`).pathname.slice(1);
    const type = attribute(attributes, 'Type') ?? '';
    relations.set(attribute(attributes, 'Id') ?? '', { type: type.slice(type.lastIndexOf('/') + 1), path });
  });
  return relations;
}

const pathOf = (relations: ReadonlyMap<string, Relation>, type: string): string | null =>
  [...relations.values()].find((relation) => relation.type === type)?.path ?? null;

/** Throws a `SpreadsheetError` where the archive is no workbook. */
export async function readWorkbook(bytes: Uint8Array): Promise<WorkbookParts> {
  const zip = openZip(bytes);
  const path = pathOf(await relationsOf(zip, ''), 'officeDocument');
  if (path === null || !zip.has(path) || path.endsWith('.bin')) {
    throw new SpreadsheetError('the file is no .xlsx workbook: save it as "Excel Workbook (.xlsx)" or as CSV');
  }
  const relations = await relationsOf(zip, path);
  const sheets: WorkbookParts['sheets'] = [];
  let is1904 = false;
  await elements(zip, path, (name, attributes) => {
    if (name === 'workbookPr') is1904 = ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '');
    if (name !== 'sheet') return;
    const relation = relations.get(attribute(attributes, 'id') ?? '');
    const isVisible = (attribute(attributes, 'state') ?? 'visible') === 'visible';
    if (relation?.type === 'worksheet' && isVisible) {
      sheets.push({ name: attribute(attributes, 'name') ?? '', path: relation.path });
    }
  });
  const [strings, styles] = [pathOf(relations, 'sharedStrings'), pathOf(relations, 'styles')];
  return {
    ...{ zip, sheets, is1904 },
    ...(strings === null ? { strings: [], struckStrings: new Set() } : await readStrings(zip, strings)),
    ...(styles === null ? { formats: [], struckStyles: new Set() } : await readStyles(zip, styles)),
  };
}

/** `_x000D_` stands for a character that XML cannot hold (ST_Xstring, 22.9.2.19). */
export const decodeCell = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** Of an element that is there, or says `val`, for yes. */
export const isOn = (attributes: string): boolean => !['0', 'false'].includes(attribute(attributes, 'val') ?? '1');

async function readStrings(zip: Zip, path: string): Promise<Pick<WorkbookParts, 'strings' | 'struckStrings'>> {
  const strings: string[] = [];
  const struckStrings = new Set<number>();
  let text = '';
  let isText = false;
  let isPhonetic = false;
  await readPart(zip, path, maximumStrings, {
    open(name, attributes) {
      if (name === 'si') text = '';
      if (name === 'strike' && isOn(attributes)) struckStrings.add(strings.length);
      if (name === 'rPh') isPhonetic = true;
      isText = name === 't' && !isPhonetic;
    },
    text: (piece) => {
      if (isText) text += piece;
    },
    close(name) {
      if (name === 't') isText = false;
      if (name === 'rPh') isPhonetic = false;
      if (name === 'si') strings.push(decodeCell(text));
    },
  });
  return { strings, struckStrings };
}

async function readStyles(zip: Zip, path: string): Promise<Pick<WorkbookParts, 'formats' | 'struckStyles'>> {
  const struckFonts = new Set<number>();
  const struckStyles = new Set<number>();
  let font = -1;
  let areFonts = false;
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let isOfCells = false;
  await readPart(zip, path, maximumPart, {
    open(name, attributes) {
      const id = Number(attribute(attributes, 'numFmtId') ?? '0');
      if (name === 'numFmt') codes.set(id, attribute(attributes, 'formatCode') ?? '');
      if (name === 'fonts') areFonts = true;
      if (name === 'font' && areFonts) font += 1;
      if (name === 'strike' && areFonts && isOn(attributes)) struckFonts.add(font);
      if (name === 'cellXfs') isOfCells = true;
      if (name !== 'xf' || !isOfCells) return;
      if (struckFonts.has(Number(attribute(attributes, 'fontId') ?? '0'))) struckStyles.add(ids.length);
      ids.push(id);
    },
    text: () => undefined,
    close(name) {
      if (name === 'fonts') areFonts = false;
      if (name === 'cellXfs') isOfCells = false;
    },
  });
  return { formats: ids.map((id) => formatOf(id, codes.get(id))), struckStyles };
}
