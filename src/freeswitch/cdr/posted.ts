import type { Result } from '../../words/result.ts';
import { messageOf } from '../../words/thrown.ts';
import type { CdrCloser, CdrTaken } from './closer.ts';
import { readJsonCdr } from './json-cdr.ts';
import type { CdrLeg } from './leg.ts';

/**
 * Takes what mod_json_cdr posted. Resolves once it is durable, or with why it is no CDR; rejects with one line where it cannot be
 * stored. `latestMs`: the present moment, if in doubt the later one.
 */
export async function takePosted(text: string, closer: CdrCloser, latestMs: number): Promise<Result<CdrTaken>> {
  const read = readJsonCdr(text, false, latestMs);
  switch (read.kind) {
    case 'leg':
      return { ok: true, value: await take(read.leg, closer) };
    case 'bad':
      return { ok: false, problem: read.why };
    case 'incomplete':
      return { ok: false, problem: 'it is cut off' };
  }
}

async function take(leg: CdrLeg, closer: CdrCloser): Promise<CdrTaken> {
  try {
    return await closer.take(leg);
  } catch (error) {
    throw new Error(`leg ${leg.legId}: ${messageOf(error)}`, { cause: error });
  }
}
