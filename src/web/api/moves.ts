import { z } from 'zod';
import type { CallMove } from '../../store/ports/move-store.ts';
import { isoOf } from './record-fields.ts';

/** Who has moved a call to another account. */
export const moveShape = {
  ...{ movedAt: z.iso.datetime(), movedBy: z.string(), why: z.string() },
  ...{ from: z.string().nullable(), to: z.string() },
};

export const moveJson = ({ movedAtMs, movedBy, why, fromAccountName, toAccountName }: CallMove): object => ({
  ...{ movedAt: isoOf(movedAtMs), movedBy, why, from: fromAccountName, to: toAccountName },
});
