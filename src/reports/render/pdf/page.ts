import type { Paper } from '../../site.ts';
import type { Type } from './type.ts';

type Pdf = PDFKit.PDFDocument;

export const margin = 42;
const footerHeight = 26;

export type Orientation = 'portrait' | 'landscape';

/** Points, of a sheet that stands upright. */
const sizes: Readonly<Record<Paper, readonly [width: number, height: number]>> = {
  A4: [595.28, 841.89],
  Letter: [612, 792],
};

/** Between the margins. */
export const roomOf = (paper: Paper, orientation: Orientation): number =>
  sizes[paper][orientation === 'portrait' ? 0 : 1] - 2 * margin;

export const grey = '#666666';
export const hairline = '#c8c8c8';
export const accent = '#1f3a5f';

/** The pages of one document, each with its footer. */
export type Pages = {
  readonly pdf: Pdf;
  readonly type: Type;
  /** The top of what comes next. */
  y: number;
  readonly left: number;
  readonly right: number;
  /** Begins another page. */
  next(): void;
  /** Whether so much more fits on this page. */
  fits(height: number): boolean;
  /** Once all are there: the footers say how many they are. */
  end(): void;
};

export type PageLayout = { paper: Paper; orientation: Orientation; footer: string };

const footerSize = 7.5;

/** pdfkit's own way into a page (lib/page.js, lib/document.js), for what its types leave out. */
type Raw = {
  readonly page: { readonly xobjects: Record<string, unknown> };
  readonly _font: { ref(): unknown; encode(text: string): readonly [glyphs: readonly string[], positions: unknown] };
  ref(data: object): { end(content?: string): void };
  addContent(content: string): void;
};

/** "of 12" stands on every page, and is known at the end: each page shows the same little drawing, which is made last. */
function createPageCount(pdf: Pdf): { show(x: number, baseline: number): void; end(count: number): void } {
  const raw = pdf as unknown as Raw;
  pdf.font('regular 0').fontSize(footerSize);
  const font = raw._font;
  const drawing = raw.ref({
    ...{ Type: 'XObject', Subtype: 'Form', BBox: [0, -4, 80, 12] },
    Resources: { Font: { Footer: font.ref() } },
  });
  return {
    show(x, baseline) {
      raw.page.xobjects['PageCount'] = drawing;
      // Pages are drawn from the top; the drawing stands upright.
      raw.addContent(`q 1 0 0 -1 ${x.toFixed(2)} ${baseline.toFixed(2)} cm /PageCount Do Q`);
    },
    end(count) {
      const [glyphs] = font.encode(` ${count}`);
      drawing.end(`BT 0.4 g /Footer ${footerSize} Tf <${glyphs.join('')}> Tj ET`);
    },
  };
}

export function startPages(pdf: Pdf, type: Type, { paper, orientation, footer }: PageLayout): Pages {
  let number = 0;
  const count = createPageCount(pdf);
  const width = sizes[paper][orientation === 'portrait' ? 0 : 1];
  const height = sizes[paper][orientation === 'portrait' ? 1 : 0];
  const pages: Pages = {
    ...{ pdf, type, y: margin, left: margin, right: width - margin },
    next() {
      pdf.addPage({ size: [width, height], margin: 0 });
      number += 1;
      const baseline = height - margin + 4;
      pdf.markContent('Artifact', { type: 'Pagination' });
      pdf
        .moveTo(margin, baseline - 12)
        .lineTo(width - margin, baseline - 12)
        .lineWidth(0.5)
        .stroke(hairline);
      const before = `Page ${number} of`;
      const style = { size: footerSize, color: grey };
      type.draw(before, margin, baseline, style);
      count.show(margin + type.width(before, footerSize), baseline);
      const [line = ''] = type.lines(footer, (width - 2 * margin) * 0.75, footerSize);
      type.draw(line, width - margin - type.width(line, footerSize), baseline, style);
      pdf.endMarkedContent();
      pages.y = margin;
    },
    fits: (more) => pages.y + more <= height - margin - footerHeight + 8,
    end: () => count.end(number),
  };
  return pages;
}
