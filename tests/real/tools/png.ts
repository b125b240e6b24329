import { inflateSync } from 'node:zlib';

/** A picture: red, green and blue of each pixel, a byte each. */
export type Picture = { width: number; height: number; pixels: Uint8Array };

const channels = 3;

const headBytes = 8;

/** Reads a PNG as pdftoppm writes it: colours of 8 bits, no interlace (ISO/IEC 15948). */
export function readPng(file: Buffer): Picture {
  const data: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let at = headBytes; at < file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
      if (content.readUInt32BE(8) !== 0x08020000) throw new Error('the picture has not three colours of 8 bits');
    }
    if (type === 'IDAT') data.push(content);
    at += length + 12;
  }
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(data)), width, height) };
}

function unfilter(lines: Buffer, width: number, height: number): Uint8Array {
  const bytes = width * channels;
  const pixels = new Uint8Array(bytes * height);
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (pixels[y * bytes + x] ?? 0));
  for (let y = 0; y < height; y += 1) {
    const start = y * (bytes + 1);
    for (let x = 0; x < bytes; x += 1) {
      const [left, up, corner] = [at(x - channels, y), at(x, y - 1), at(x - channels, y - 1)];
      pixels[y * bytes + x] = (lines[start + 1 + x] ?? 0) + predicted(lines[start] ?? 0, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value)) as [
        number,
        number,
        number,
      ];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      throw new Error(`there is no filter ${filter}`);
  }
}

/** Part of the colours that differ clearly; 1 where the sizes do. */
export function difference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let count = 0;
  for (const [at, pixel] of a.pixels.entries()) if (Math.abs(pixel - (b.pixels[at] ?? 0)) > clearly) count += 1;
  return count / a.pixels.length;
}
const clearly = 96;
