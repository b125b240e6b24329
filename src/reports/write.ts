import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { composeReport, composeStatements } from './compose.ts';
import { isPrinted } from './format.ts';
import { renderReport, renderStatements } from './render/formats.ts';
import type { Letterhead } from './render/letterhead.ts';
import type { ReportSource } from './report.ts';
import type { Asked } from './request.ts';

export type Content = AsyncIterable<string | Uint8Array>;

/** The report in its format, in pieces. */
export async function contentOf(
  { request, format }: Pick<Asked, 'request' | 'format'>,
  source: ReportSource,
  letterhead: Letterhead,
): Promise<Content> {
  const whole = await composeReport(request, source);
  return request.name === 'statement' && isPrinted(format)
    ? renderStatements({ each: composeStatements(request, source), whole, letterhead }, format)
    : renderReport(whole, format);
}

/** What was in the file stays until all of the report is there. */
export async function writeFileWhole(content: Content, file: string): Promise<void> {
  const present = await stat(file).catch(() => null);
  // A device or a pipe must not be replaced; a folder says so itself.
  const isPlain = present === null || present.isFile();
  const beside = isPlain ? `${file}.${process.pid}.part` : file;
  try {
    // Names, numbers and charges concern nobody but who asked for them.
    await pipeline(Readable.from(content), createWriteStream(beside, { mode: 0o600 }));
    if (isPlain) await rename(beside, file);
  } catch (error) {
    if (isPlain) await rm(beside, { force: true });
    throw error;
  }
}
