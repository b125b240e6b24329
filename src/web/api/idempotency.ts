import { StoreError } from '../../store/ports/store-error.ts';
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
 * away; work that failed may not.
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
    if (before !== null) {
      if (before.fingerprint !== fingerprint) throw new ApiProblem(422, texts.otherRequest);
      if (before.answer === null) throw new ApiProblem(409, texts.unknownOutcome);
      const { json, status: first } = before.answer;
      return { answer: JSON.parse(json) as Kept, status: first, isReplayed: true };
    }
    const isAway = (await parts.away()) !== null;
    try {
      const answer = await work();
      await people.keepAnswer(request, { status, json: JSON.stringify(answer) });
      return { answer, status, isReplayed: false };
    } catch (error) {
      // After a fault nobody knows how far it came: a phone may have rung, a change be made whose answer was lost.
      const isKnown = problemOf(error).status < 500 || (isAway && error instanceof StoreError);
      if (isKnown) await people.forgetRequest(request);
      throw error;
    }
  });
}
