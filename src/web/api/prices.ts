import { z } from 'zod';
import { formatMicros } from '../../rating/money.ts';
import type { Price } from '../../rating/price.ts';

/** Amounts are decimal text, so that nobody's floats round them. */

export const amount = (): z.ZodNullable<z.ZodString> => z.string().nullable();
export const amountOf = (micros: number | null): string | null => (micros === null ? null : formatMicros(micros, 2));

export const priceSchema = z.object({
  kind: z.enum(['priced', 'free', 'unrated']),
  currency: z.string().nullable(),
  cost: amount().describe('by the rate'),
  charge: amount().describe('what the account pays'),
  billedMs: z.int().nullable(),
  arithmetic: z.string().nullable(),
  why: z.string().nullable().describe('why it is free, or has no price'),
});

const nothing = { currency: null, cost: null, charge: null, billedMs: null, arithmetic: null, why: null };

export function priceJson(price: Price): z.infer<typeof priceSchema> {
  switch (price.kind) {
    case 'priced': {
      const { currency, costMicros, chargeMicros, billedMs, arithmetic } = price;
      const amounts = { cost: amountOf(costMicros), charge: amountOf(chargeMicros) };
      return { ...nothing, kind: 'priced', currency, ...amounts, billedMs, arithmetic };
    }
    case 'free':
    case 'unrated':
      return { ...nothing, kind: price.kind, why: price.why };
  }
}
