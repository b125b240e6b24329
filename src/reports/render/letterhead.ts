import { existsSync } from 'node:fs';
import { messageOf } from '../../words/thrown.ts';

/** Who sends a statement; empty: not said. */
export type Letterhead = {
  name: string;
  address: readonly string[];
  /** A PNG or JPEG file. */
  logo: string;
};

export const noLetterhead: Letterhead = { name: '', address: [], logo: '' };

const logoHeight = 48;
const lineHeight = 12;

/** Draws it at the top right from `y` on; answers where it ends. Throws where the logo cannot be drawn. */
export function drawLetterhead(pdf: PDFKit.PDFDocument, { name, address, logo }: Letterhead, y: number, right: number) {
  let at = y;
  if (logo !== '') {
    try {
      if (!existsSync(logo)) throw new Error('there is no such file');
      pdf.image(logo, right - 200, at, { fit: [200, logoHeight], align: 'right' });
    } catch (error) {
      throw new Error(`the logo ${logo} (site.logo) cannot be drawn: ${messageOf(error)}. Use a PNG or JPEG file.`, {
        cause: error,
      });
    }
    at += logoHeight + 4;
  }
  for (const [place, line] of [name, ...address].entries()) {
    if (line === '') continue;
    pdf.font(place === 0 ? 'bold' : 'regular').fontSize(9);
    pdf.text(line, right - pdf.widthOfString(line), at, { lineBreak: false });
    at += lineHeight;
  }
  return at;
}
