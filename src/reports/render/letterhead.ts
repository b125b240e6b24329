import { existsSync } from 'node:fs';
import { messageOf } from '../../words/thrown.ts';
import type { ReportSite } from '../site.ts';
import type { Type } from './pdf/type.ts';

const logoHeight = 48;
const size = 9;
const lineHeight = 12;

type Place = {
  pdf: PDFKit.PDFDocument;
  type: Type;
  site: Pick<ReportSite, 'name' | 'address' | 'logo'>;
  y: number;
  right: number;
};

/** Draws the sender at the top right from `y` on; answers where it ends. Throws where the logo cannot be drawn. */
export function drawLetterhead({ pdf, type, site: { name, address, logo }, y, right }: Place): number {
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
    const weight = place === 0 ? 'bold' : 'regular';
    type.draw(line, right - type.width(line, size, weight), at + size, { size, weight });
    at += lineHeight;
  }
  return at;
}
