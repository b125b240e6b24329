import { hashOf } from './access/secrets.ts';
import type { Answer } from './route.ts';

/**
 * A form that comes again while it is being worked on, as after a double click, is done once: a browser shows the last of the answers alone,
 * and where the first one had recovery codes or a new token, nobody would ever see them. Who has sent it is in the token that the form has.
 */
export function createTwins(): (
  sent: { url: string; form: URLSearchParams },
  work: () => Promise<Answer>,
) => Promise<Answer> {
  const underWay = new Map<string, Promise<Answer>>();
  return async ({ url, form }, work) => {
    const key = hashOf(JSON.stringify([url, ...form]));
    const first = underWay.get(key);
    if (first !== undefined) {
      const answer = await first;
      // A file is read once.
      return answer.kind === 'file' ? work() : answer;
    }
    const answering = work();
    underWay.set(key, answering);
    try {
      return await answering;
    } finally {
      underWay.delete(key);
    }
  };
}
