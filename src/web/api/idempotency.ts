import { hashOf } from '../access/secrets.ts';
import type { ApiAnswer, ApiVisit } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { ApiProblem, problemOf } from './problem.ts';

export type Asked = { key: string; method: string; url: string; body: string };

const keptMs = 86_400_000;

type Kept = Extract<ApiAnswer, { value: unknown }>;

/**
 * Does the work once for a key of this token, within a day: whoever sends the same again gets the first answer, also after a restart
 * (draft-ietf-httpapi-idempotency-key-header). Work that was refused may be sent again.
 */
export async function once(
  { parts, token, nowMs }: ApiVisit,
  { key, method, url, body }: Asked,
  work: () => Promise<ApiAnswer>,
): Promise<{ answer: ApiAnswer; isReplayed: boolean }> {
  if (!/^[\x21-\x7e]{1,100}$/.test(key)) throw new ApiProblem(400, texts.badKey);
  const request = { tokenId: token.id, key };
  const fingerprint = hashOf(JSON.stringify([method, url, body]));
  const { people } = parts;
  return parts.inTurn(`request ${token.id} ${key}`, async () => {
    const before = await people.beginRequest({ ...request, fingerprint, atMs: nowMs, forgetBeforeMs: nowMs - keptMs });
    if (before !== null) {
      if (before.fingerprint !== fingerprint) throw new ApiProblem(422, texts.otherRequest);
      if (before.answer === null) throw new ApiProblem(409, texts.unknownOutcome);
      return { answer: JSON.parse(before.answer.json) as Kept, isReplayed: true };
    }
    try {
      const answer = await work();
      await people.keepAnswer(request, { status: 200, json: JSON.stringify(answer) });
      return { answer, isReplayed: false };
    } catch (error) {
      // After a fault nobody knows how far it came.
      if (problemOf(error).status !== 500) await people.forgetRequest(request);
      throw error;
    }
  });
}
