import type { KeptRequest } from '../../store/ports/console-store.ts';
import type { OnceStore } from '../../store/ports/once.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { messageOf } from '../../words/thrown.ts';
import { hashOf } from '../access/secrets.ts';
import type { ApiAnswer, ApiVisit } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { ApiProblem, problemOf } from './problem.ts';

/** `status`: of the answer, where it is one. */
export type Asked = { key: string; method: string; url: string; body: string; status: number };

/** `isReplayed`: it is the first answer, which was given before. */
export type Answered = { answer: ApiAnswer; status: number; isReplayed: boolean };

/** Of an Idempotency-Key, as the document of the API says as well. */
export const keyPattern = /^[\x21-\x7e]{1,100}$/;

const keptMs = 86_400_000;

type Kept = Extract<ApiAnswer, { value: unknown }>;

/**
 * Does the work once for a key of this token, within a day: whoever sends the same again gets the first answer, also after a restart
 * (draft-ietf-httpapi-idempotency-key-header). Work that was refused may be sent again, also what was refused because SQL Server is
 * away; work that failed may not. Where SQL Server is the system of record, the same holds at every controller, while it can be reached.
 */
export async function once(
  { parts, token, nowMs }: ApiVisit,
  { key, method, url, body, status }: Asked,
  work: () => Promise<ApiAnswer>,
): Promise<Answered> {
  if (!keyPattern.test(key)) throw new ApiProblem(400, texts.badKey);
  const request = { tokenId: token.id, key };
  const fingerprint = hashOf(JSON.stringify([method, url, body]));
  const { people } = parts;
  return parts.inTurn(`request ${token.id} ${key}`, async () => {
    const before = await people.beginRequest({ ...request, fingerprint, atMs: nowMs, forgetBeforeMs: nowMs - keptMs });
    if (before !== null) return answered(before, fingerprint);
    const isAway = (await parts.away()) !== null;
    const shared = { kind: 'request', key: hashOf(`${token.tokenHash} ${key}`) } as const;
    const forgetHere = (): Promise<void> => people.forgetRequest(request);
    const everywhere = await parts.once();
    const elsewhere = await beginElsewhere(everywhere, { ...shared, fingerprint }, forgetHere);
    if (elsewhere !== null) return answered(elsewhere, fingerprint);
    try {
      const answer = await work();
      const kept = { status, json: JSON.stringify(answer) };
      await people.keepAnswer(request, kept);
      // Where that fails, the others know that it was begun, and do not do it again.
      await everywhere?.keep(shared, kept).catch((error: unknown) => parts.problem(messageOf(error)));
      return { answer, status, isReplayed: false };
    } catch (error) {
      // After a fault nobody knows how far it came: a phone may have rung, a change be made whose answer was lost.
      const isKnown = problemOf(error).status < 500 || (isAway && error instanceof StoreError);
      if (isKnown) {
        await forgetHere();
        await everywhere?.forget(shared).catch((failure: unknown) => parts.problem(messageOf(failure)));
      }
      throw error;
    }
  });
}

/** What another controller has of the request; null: nothing, or nobody can be asked. Here it is forgotten then: that one answers for it. */
async function beginElsewhere(
  everywhere: OnceStore | null,
  what: Parameters<OnceStore['begin']>[0],
  forgetHere: () => Promise<void>,
): Promise<KeptRequest | null> {
  if (everywhere === null) return null;
  const begun = await everywhere.begin(what).catch(async (error: unknown) => {
    await forgetHere();
    throw error;
  });
  if (begun !== null) await forgetHere();
  return begun;
}

/** What was answered before. Throws where that was another request, or nobody knows. */
function answered(before: KeptRequest, fingerprint: string): Answered {
  if (before.fingerprint !== fingerprint) throw new ApiProblem(422, texts.otherRequest);
  if (before.answer === null) throw new ApiProblem(409, texts.unknownOutcome);
  const { json, status } = before.answer;
  return { answer: JSON.parse(json) as Kept, status, isReplayed: true };
}
