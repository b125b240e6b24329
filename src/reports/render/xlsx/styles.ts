import { declaration, escapeXml } from './xml.ts';

/** How a row looks: as it is, bold with a line above, or as the titles of the columns. */
export type RowLook = 'plain' | 'total' | 'header';

/** How a cell looks: by its number format (null: as it is) and its row. */
export type Look = { readonly format: string | null; readonly look: RowLook };

/** The looks of a workbook, numbered as they come to be used. */
export type Styles = {
  /** The number of a look in `xl/styles.xml`. */
  numberOf(look: Look): number;
  /** `xl/styles.xml`. */
  xml(): string;
};

/** Formats that every spreadsheet has (ECMA-376 part 1, 18.8.30): those that we use. */
const builtIns: Readonly<Record<string, number>> = { '0': 1, '[h]:mm:ss': 46, '@': 49 };
/** Formats of one's own are numbered from here. */
const firstFormat = 164;

export function createStyles(): Styles {
  const formats: string[] = [];
  const looks: string[] = [];
  const numbers = new Map<string, number>();
  const formatId = (format: string | null): number => {
    if (format === null) return 0;
    const builtIn = builtIns[format];
    if (builtIn !== undefined) return builtIn;
    if (!formats.includes(format)) formats.push(format);
    return firstFormat + formats.indexOf(format);
  };
  const numberOf = ({ format, look }: Look): number => {
    const key = `${look} ${format ?? ''}`;
    const number = numbers.get(key);
    if (number !== undefined) return number;
    numbers.set(key, looks.length);
    looks.push(
      `<xf numFmtId="${formatId(format)}" ${partsOf[look]} xfId="0"` +
        `${format === null ? '' : ' applyNumberFormat="1"'}${alignmentOf(format, look)}`,
    );
    return looks.length - 1;
  };
  // Style 0 is what a cell without one has.
  numberOf({ format: null, look: 'plain' });
  return { numberOf, xml: () => stylesXml(formats, looks) };
}

/** Fonts, fills and borders of `stylesXml`, by number. */
const partsOf: Readonly<Record<RowLook, string>> = {
  plain: 'fontId="0" fillId="0" borderId="0"',
  total: 'fontId="1" fillId="0" borderId="1" applyFont="1" applyBorder="1"',
  header: 'fontId="1" fillId="2" borderId="2" applyFont="1" applyFill="1" applyBorder="1"',
};

/** Long texts and titles have more lines, and stand at the top of theirs. */
function alignmentOf(format: string | null, look: RowLook): string {
  if (look === 'header') {
    const horizontal = format === '@' ? 'left' : 'right';
    return ` applyAlignment="1"><alignment horizontal="${horizontal}" vertical="center" wrapText="1"/></xf>`;
  }
  if (format === '@') return ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>';
  return format === null ? '/>' : ' applyAlignment="1"><alignment vertical="top"/></xf>';
}

/** The second fill must be `gray125`: Excel has it there whatever stands in the file. */
function stylesXml(formats: readonly string[], looks: readonly string[]): string {
  const font = '<sz val="11"/><name val="Calibri"/><family val="2"/>';
  const numFmts = formats.map(
    (format, at) => `<numFmt numFmtId="${firstFormat + at}" formatCode="${escapeXml(format)}"/>`,
  );
  return (
    `${declaration}<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
    (numFmts.length === 0 ? '' : `<numFmts count="${numFmts.length}">${numFmts.join('')}</numFmts>`) +
    `<fonts count="2"><font>${font}</font><font><b/>${font}</font></fonts>` +
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE6EBF2"/></patternFill></fill></fills>' +
    '<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>' +
    '<border><left/><right/><top style="thin"/><bottom/><diagonal/></border>' +
    '<border><left/><right/><top/><bottom style="thin"/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${looks.length}">${looks.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
  );
}
