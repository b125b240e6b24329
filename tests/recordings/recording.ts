import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One message of a recorded session (tests/recordings/freeswitch-wire/README.md). */
export type RecordedMessage = {
  ms: number;
  dir: 'controller>freeswitch' | 'freeswitch>controller' | 'close';
  text: string;
};

const folder = join(import.meta.dirname, 'freeswitch-wire');

export const recordingNames = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.slice(0, -'.jsonl'.length))
  .sort();

export function readRecording(name: string): RecordedMessage[] {
  return readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedMessage);
}

/** The CDRs that mod_json_cdr wrote for the call, one a leg. */
export function readCdrs(name: string): { variables: Record<string, string> }[] {
  const cdrs = join(folder, 'json_cdr', name);
  return readdirSync(cdrs).map(
    (file) => JSON.parse(readFileSync(join(cdrs, file), 'utf8')) as { variables: Record<string, string> },
  );
}

/** A message of FreeSWITCH taken apart: the JSON body of an event, or null. */
export function eventBody(text: string): Record<string, string> | null {
  if (!text.includes('Content-Type: text/event-json')) return null;
  return JSON.parse(text.slice(text.indexOf('\n\n') + 2)) as Record<string, string>;
}

export function eventMessage(body: Record<string, string>): string {
  const json = JSON.stringify(body);
  return `Content-Length: ${Buffer.byteLength(json)}\nContent-Type: text/event-json\n\n${json}`;
}
