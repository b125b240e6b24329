import { StoreError } from '../../store/ports/store-error.ts';
import { messageOf } from '../../words/thrown.ts';
import { NotAllowed, NotFound } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { statusOf } from '../visit.ts';

/** What is wrong with one field; `field` empty: with the whole. */
export type FieldProblem = { field: string; detail: string };

export type ProblemStatus = keyof typeof texts.titles;

/** A request that cannot be answered: one clear line for whoever sent it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: ProblemStatus;
  readonly fields: readonly FieldProblem[];
  /** Seconds after which it may be sent again. */
  readonly retryAfter: number | null;
  constructor(
    status: ProblemStatus,
    detail: string,
    more: { fields?: readonly FieldProblem[]; retryAfter?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter ?? null;
  }
}

/** Input whose fields are wrong. */
export const invalid = (fields: readonly FieldProblem[]): ApiProblem =>
  new ApiProblem(
    422,
    fields.map(({ field, detail }) => (field === '' ? detail : `${field}: ${detail}`)).join('; ') || texts.titles[422],
    { fields },
  );

/** Whatever was thrown, as the program is told it. Status 500: the log is told, and nobody else. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof NotFound) return new ApiProblem(404, texts.notFound);
  if (error instanceof NotAllowed) return new ApiProblem(403, texts.notAllowed);
  if (error instanceof StoreError) {
    const isInput = error.code === 'invalid' || error.code === 'duplicate';
    return new ApiProblem(isInput ? 409 : 503, error.message);
  }
  switch (statusOf(error)) {
    case 413:
      return new ApiProblem(413, texts.tooLarge);
    case 500:
      return new ApiProblem(500, texts.broken);
    default:
      return new ApiProblem(400, messageOf(error));
  }
}

/** RFC 9457. */
export const problemJson = ({ status, message, fields }: ApiProblem): object => ({
  ...{ type: 'about:blank', title: texts.titles[status], status, detail: message },
  ...(fields.length === 0 ? {} : { fields }),
});
