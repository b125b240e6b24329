import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { messageOf } from '../words/thrown.ts';
import type { Result } from '../words/result.ts';

export type CdrPostOptions = {
  /** Most bytes of one CDR. */
  maximumBytes: number;
  /**
   * Takes the text of one CDR: resolves once what it says is durable, or with one line that says why it is none; rejects where it
   * could not be stored.
   */
  take: (text: string) => Promise<Result<string>>;
  user: string;
  password: string;
  log: { warn(message: string, fields: Record<string, unknown>): void };
};

/** `encode` of mod_json_cdr: as it is, or in the form field `cdr`. */
const encoded = z.object({ cdr: z.string() });

/**
 * `POST /cdr`: where mod_json_cdr posts to (`url` in json_cdr.conf.xml). Answers 2xx only once what the CDR says is durable:
 * mod_json_cdr takes nothing else for accepted. 400: it is no CDR. 401: not authenticated. 413: too big. 503: not stored.
 */
export function cdrPost(server: FastifyInstance, { maximumBytes, take, user, password, log }: CdrPostOptions): void {
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maximumBytes }, (_request, body, parsed) => {
      parsed(null, body);
    });
    // Before the body is read: nobody unknown makes us read a megabyte.
    scope.addHook('onRequest', async (request, reply) => {
      if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
      log.warn('CDR post refused: wrong user or password', { peer: request.ip });
      await reply.code(401).header('WWW-Authenticate', 'Basic realm="billing-codes"').send({ error: 'unauthorized' });
    });
    scope.post('/cdr', async (request, reply) => {
      const text = textOf(request.body, request.headers['content-type'] ?? '');
      try {
        const taken = await take(text);
        if (taken.ok) return { result: taken.value };
        log.warn('CDR post refused', { peer: request.ip, why: taken.problem });
        return await reply.code(400).send({ error: taken.problem });
      } catch (error) {
        log.warn('a posted CDR could not be stored', { peer: request.ip, error: messageOf(error) });
        return reply.code(503).send({ error: 'not stored' });
      }
    });
    done();
  });
}

function textOf(body: unknown, contentType: string): string {
  const text = typeof body === 'string' ? body : '';
  if (!contentType.startsWith('application/x-www-form-urlencoded') || text.trimStart().startsWith('{')) return text;
  const form = encoded.safeParse(Object.fromEntries(new URLSearchParams(text)));
  return form.success ? form.data.cdr : '';
}

/** Of equal length for every text, as a comparison in constant time needs it. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
