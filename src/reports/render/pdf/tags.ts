type Pdf = PDFKit.PDFDocument;
type Element = PDFKit.PDFStructureElement;

/** The structure that screen readers go through, written as the pages are. */
export type Tags = {
  /** A paragraph, heading or figure of its own. */
  block(tag: 'H1' | 'H2' | 'P', draw: () => void): void;
  /** A drawing, described in words. */
  figure(described: string, draw: () => void): void;
  /** Begins a table; rows go into it until the next. */
  table(): void;
  /** Draws a row, cell by cell. */
  row(cells: readonly CellTag[]): void;
  endTable(): void;
  /** What only decorates, or repeats what was said. */
  artifact(draw: () => void): void;
  end(): void;
};

export type CellTag = { scope: 'Column' | 'Row' | null; draw: () => void };

/** A reader goes through no more cells one by one, and each costs memory until the file is written. */
const maximumRows = 10_000;

/** pdfkit's types leave it out (lib/structure_element.js). */
const scoped = (scope: CellTag['scope']): object => (scope === null ? {} : { scope });

type Marked = PDFKit.PDFStructureContent;

/** Marks what is drawn, and answers what goes into an element. */
function markedOn(pdf: Pdf) {
  return (tag: string, draw: () => void): Marked => {
    const content = pdf.markStructureContent(tag);
    draw();
    pdf.endMarkedContent();
    return content;
  };
}

export function createTags(pdf: Pdf): Tags {
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const marked = markedOn(pdf);
  let table: Element | null = null;
  let rows = 0;

  const artifact = (draw: () => void) => {
    pdf.markContent('Artifact');
    draw();
    pdf.endMarkedContent();
  };
  const add = (element: Element) => {
    root.add(element);
    element.end();
  };
  const endTable = () => {
    table?.end();
    table = null;
  };
  const addRow = (to: Element, cells: readonly CellTag[]) => {
    const row = pdf.struct('TR');
    to.add(row);
    for (const { scope, draw } of cells) {
      const tag = scope === null ? 'TD' : 'TH';
      row.add(pdf.struct(tag, scoped(scope), [marked(tag, draw)]));
    }
    row.end();
  };

  return {
    ...{ artifact, endTable },
    block(tag, draw) {
      endTable();
      add(pdf.struct(tag, {}, [marked(tag, draw)]));
    },
    figure(described, draw) {
      endTable();
      add(pdf.struct('Figure', { alt: described }, [marked('Figure', draw)]));
    },
    table() {
      endTable();
      table = pdf.struct('Table');
      root.add(table);
    },
    row(cells) {
      rows += 1;
      if (table !== null && rows <= maximumRows) {
        addRow(table, cells);
        return;
      }
      endTable();
      artifact(() => cells.forEach(({ draw }) => draw()));
    },
    end() {
      endTable();
      root.end();
    },
  };
}
