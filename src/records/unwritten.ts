import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { maskCode } from '../words/mask-code.ts';
import { callRecordOf, secretFields, type CallRecord, type CallRecordStart } from '../words/call-record.ts';
import type { CallRecordReader, CallRecordStore } from '../store/ports/call-records.ts';
import { messageOf } from '../words/thrown.ts';

/** Where records go that the database did not take before the controller had to end: one JSON object a line. */
const isUnwritten = (name: string): boolean => /^unwritten-.*\.jsonl$/.test(name);

export type UnwrittenLog = {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
};

/** One that was appended to, record by record: its end may be half a line, of a record that nobody was told is durable. */
const appended = '-kept.jsonl';

const nameOf = (nowMs: number, ending: string): string =>
  `unwritten-${new Date(nowMs).toISOString().replaceAll(':', '')}-${randomUUID().slice(0, 8)}${ending}`;

/** A new one for refuge.ts. */
export const refugeName = (folder: string, nowMs: number): string => join(folder, nameOf(nowMs, appended));

export const unwrittenLine = (record: CallRecord): string => `${JSON.stringify(record)}\n`;

/** Answers the file, once it is durable. */
export async function writeUnwritten(folder: string, records: readonly CallRecord[], nowMs: number): Promise<string> {
  const file = join(folder, nameOf(nowMs, '.jsonl'));
  // Billing codes are secrets: nobody but the owner reads the file.
  const part = `${file}.part`;
  const handle = await open(part, 'wx', 0o600);
  try {
    await handle.writeFile(records.map(unwrittenLine).join(''));
    await handle.sync();
    await handle.close();
    await rename(part, file);
  } catch (error) {
    // Nobody would ever read it, and the room that it takes is wanted.
    await handle.close().catch(() => undefined);
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
  return file;
}

/** What the log says of a record that could be written nowhere: all that a bill needs, but not the code. */
export function unwrittenFields(record: CallRecord): Readonly<Record<string, unknown>> {
  const masked = Object.fromEntries(secretFields.map((field) => [field, maskCode(record[field])]));
  return { record: JSON.stringify({ ...record, ...masked }) };
}

type Records = CallRecordStore & Pick<CallRecordReader, 'findCallRecord'>;

/**
 * Takes up what earlier runs left in the folder: a file is removed once all of it is in the database, and stays for the next
 * start where that fails. Taking up a record twice changes nothing. Never rejects.
 */
export async function takeUpUnwritten(folder: string, store: Records, log: UnwrittenLog): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter(isUnwritten).sort();
  for (const file of files.map((name) => join(folder, name))) {
    try {
      const records = newest(recordsIn(wholeLines(file, await readFile(file, 'utf8'))));
      await Promise.all(records.map((record) => takeUp(record, store)));
      await rm(file);
      log.info('call records left unwritten by an earlier run are now in the database', {
        file,
        records: records.length,
      });
    } catch (error) {
      log.error('call records left unwritten by an earlier run cannot be read; they stay for the next start', {
        ...{ file, error: messageOf(error) },
      });
    }
  }
}

async function takeUp(record: CallRecord, store: Records): Promise<void> {
  // Something has closed the call since: what is open here is older.
  if (record.endedAtMs === null && (await store.findCallRecord(record.callId))?.endedAtMs != null) return;
  await store.save(record, 'soon');
}

const wholeLines = (file: string, text: string): string =>
  file.endsWith(appended) ? text.slice(0, text.lastIndexOf('\n') + 1) : text;

/** Of each call the last version. */
const newest = (records: readonly CallRecord[]): CallRecord[] => [
  ...new Map(records.map((record) => [record.callId, record])).values(),
];

function recordsIn(text: string): CallRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => {
      try {
        // An earlier version may have written it, whose records had fewer fields.
        return callRecordOf(JSON.parse(line) as CallRecordStart);
      } catch (error) {
        throw new Error(`line ${at + 1} is not a record`, { cause: error });
      }
    });
}
