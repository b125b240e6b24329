import { z } from 'zod';

/** Lists come in pages; `next` is the `after` of the next one. */

const largestPage = 500;
const usualPage = 50;

export const pageQuery = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be a number from 1 to ${largestPage}`)
    .refine((text) => Number(text) <= largestPage, `must be a number from 1 to ${largestPage}`)
    .optional()
    .describe(`how many at most; ${usualPage} unless given, ${largestPage} at most`),
  after: z.string().max(400).optional().describe('`next` of the page before'),
};

export const limitIn = (query: URLSearchParams): number => Number(query.get('limit') ?? usualPage);

export const pageOf = (item: z.ZodType): z.ZodObject =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('`after` of the next page; null: this is the last one'),
  });
