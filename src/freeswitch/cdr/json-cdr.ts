import { cdrLegOf, type CdrLeg } from './leg.ts';

export type ReadCdr =
  | { kind: 'leg'; leg: CdrLeg }
  /** Of a file alone: FreeSWITCH may be writing it still. */
  | { kind: 'incomplete' }
  /** It will never be one; `why` is one line. */
  | { kind: 'bad'; why: string };

/** How far FreeSWITCH's clock may be ahead of ours: whoever sets one of them wrong is mostly hours out, for a time zone. */
const aheadMs = 86_400_000;

/** Most bytes of one CDR. Those of FreeSWITCH are about 15 KB; a site may add variables. */
export const maxCdrBytes = 1_048_576;

/**
 * Reads what mod_json_cdr wrote or posted for one leg. A file is complete once it parses and ends in a newline, which
 * mod_json_cdr writes last (mod_json_cdr.c, my_on_reporting); a post (`isFile` false) has no such mark. `latestMs`: the present moment, if in doubt the later one.
 */
export function readJsonCdr(text: string, isFile: boolean, latestMs: number): ReadCdr {
  let cdr: unknown;
  try {
    cdr = JSON.parse(text);
  } catch {
    return isFile ? { kind: 'incomplete' } : { kind: 'bad', why: 'it is not JSON' };
  }
  if (isFile && !text.endsWith('\n')) return { kind: 'incomplete' };
  const variables = objectOf(objectOf(cdr)?.['variables']);
  if (variables === null) return { kind: 'bad', why: 'it has no "variables"' };
  const profile = profileOf(cdr);
  const switchName = textIn(objectOf(cdr), 'switchname') ?? '';
  const read = cdrLegOf({
    variable: (name) => textIn(variables, name),
    profile: (name) => textIn(profile, name),
    switchName: switchName.slice(0, 200),
  });
  if (!read.ok) return { kind: 'bad', why: read.problem };
  const { endedAtMs } = read.value.end;
  if (endedAtMs <= latestMs + aheadMs) return { kind: 'leg', leg: read.value };
  const [ended, now] = [endedAtMs, latestMs].map((ms) => new Date(ms).toISOString());
  return { kind: 'bad', why: `it ended in the future: ${ended ?? ''}, and it is ${now ?? ''}` };
}

function profileOf(cdr: unknown): Record<string, unknown> | null {
  const callflow = objectOf(cdr)?.['callflow'];
  const flow: unknown = Array.isArray(callflow) ? (callflow as unknown[])[0] : callflow;
  return objectOf(objectOf(flow)?.['caller_profile']);
}

function textIn(object: Record<string, unknown> | null, name: string): string | undefined {
  const value = object !== null && Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
