import { z } from 'zod';
import type { HookEvent } from '../../store/ports/hooks.ts';
import { callRecordFieldNames, type CallRecord } from '../../words/call-record.ts';
import { hookKinds, type HookKind } from '../../words/hook.ts';
import type { NamedSchema } from '../route.ts';
import { moveJson, moveShape } from './moves.ts';
import { priceJson, priceSchema } from './prices.ts';
import { isoOf, recordJson, recordShape } from './record-fields.ts';

/** What webhooks are told of calls: schemas for the document of the API, and the bodies. */

const record = z.object(recordShape());
const head = {
  id: z.uuid().describe('of the event: the same on every try; also in the header webhook-id'),
  timestamp: z.iso.datetime().describe('when it happened'),
  controller: z.string().describe('which controller tells'),
};
const price = priceSchema.nullable();

const typeOf = (kind: HookKind): `call.${HookKind}` => `call.${kind}`;

const dataShapes: Readonly<Record<HookKind, z.ZodObject>> = {
  started: z.object({ record }),
  answered: z.object({ record }),
  'account-set': z.object({ record }),
  ended: z.object({ record, price }),
  moved: z.object({ record, price, move: z.object(moveShape) }),
  corrected: z.object({ record, price, before: record }),
};

export const hookSummaries: Readonly<Record<HookKind, string>> = {
  started: 'A call has come from a phone; its record is open',
  answered: 'The called party has answered',
  'account-set': 'Somebody has set the account of a call that is up',
  ended: 'A call is over, refused and abandoned ones too; its record is closed',
  moved: 'A call was moved to another account',
  corrected: 'More is known of a call that was closed: its record was replaced',
};

/** By kind: the type of the event and the schema of its body. */
export const hookSchemas: readonly { kind: HookKind; type: string; body: NamedSchema }[] = hookKinds.map((kind) => ({
  ...{ kind, type: typeOf(kind) },
  body: {
    name: `Call${kind[0]?.toUpperCase() ?? ''}${kind.slice(1).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`,
    schema: z.object({ type: z.literal(typeOf(kind)), ...head, data: dataShapes[kind] }),
  },
}));

/** `codes`: whether billing codes are shown. */
export function hookBody({ id, kind, atMs, told }: HookEvent, controller: string, codes: 'masked' | 'plain'): string {
  const shown = (of: CallRecord): object => ({
    ...recordJson(of, callRecordFieldNames),
    ...(codes === 'plain' ? { code: of.code } : {}),
  });
  const { before, move } = told;
  const data = {
    record: shown(told.record),
    ...('price' in dataShapes[kind].shape ? { price: told.price === null ? null : priceJson(told.price) } : {}),
    ...(before === null ? {} : { before: shown(before) }),
    ...(move === null ? {} : { move: moveJson(move) }),
  };
  return JSON.stringify({ type: typeOf(kind), id, timestamp: isoOf(atMs), controller, data });
}
