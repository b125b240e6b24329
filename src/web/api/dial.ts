import { z } from 'zod';
import { accountNamed } from '../../directory/payer.ts';
import { readNumber } from '../../numbers/read.ts';
import { areas } from '../access/areas.ts';
import { entryOf, seesDepartment, type ApiAnswer, type ApiRoute, type ApiVisit } from '../route.ts';
import { api } from './operation.ts';
import { ApiProblem, invalid } from './problem.ts';

/** Click to dial: the phone is called first, then the number, on an account that the rules of any call have allowed before. */

const dialSchema = z.strictObject({
  extension: z
    .string()
    .regex(/^[0-9*]{1,40}$/, 'must be digits')
    .describe('the phone that is called first; one of the directory'),
  account: z.string().min(1).max(100).describe('name or code of the account that pays'),
  number: z
    .string()
    .regex(/^[0-9]{1,30}$/, 'must be digits')
    .describe('as the phone would key it'),
});

const placedSchema = z.object({ callId: z.string().describe('of its record, which is open while the call is up') });

async function accountFor({ parts, user }: ApiVisit, sought: string) {
  const payer = await accountNamed(sought, parts.store);
  const account = payer.ok ? payer.value : null;
  if (account !== null && seesDepartment(user, account.departmentId)) return account;
  throw invalid([{ field: 'account', detail: payer.ok ? 'is not known' : payer.problem }]);
}

async function dial(
  visit: ApiVisit,
  { extension, account: sought, number }: z.infer<typeof dialSchema>,
): Promise<ApiAnswer> {
  const { parts, user, nowMs } = visit;
  const phone = await parts.store.findExtension(extension);
  if (phone === null || !seesDepartment(user, phone.departmentId))
    throw invalid([{ field: 'extension', detail: 'is not known' }]);
  // Nobody waits for a phone to be picked up first.
  if (readNumber(number, parts.plan).callType === 'emergency')
    throw invalid([{ field: 'number', detail: 'is an emergency number: dial it at the phone' }]);
  const account = await accountFor(visit, sought);
  const { code } = account;
  const verdict = await parts.explain({ keyed: number, code, extension, atMs: nowMs });
  if (verdict.decision !== 'allowed') {
    const why = [verdict.reason, verdict.rule].filter((text) => text !== null).join(', ');
    throw invalid([{ field: 'number', detail: `this call would be refused: ${why}` }]);
  }
  const after = { extension, account: account.name, number };
  await parts.people.appendAudit(entryOf(visit, 'call-placed', `call from ${extension} to ${number}`, { after }));
  const placed = await parts.dial({ extension, code, number });
  if (!placed.ok) throw new ApiProblem(503, placed.problem);
  return { value: { callId: placed.value }, location: `/api/v1/calls/${placed.value}` };
}

export const dialApi: readonly ApiRoute[] = [
  api(
    'POST /dial',
    areas.dial,
    {
      ...{ id: 'dial', summary: 'Has a phone call a number; answers once the phone is picked up', scope: 'dial:write' },
      ...{ gives: { name: 'Placed', schema: placedSchema }, status: 201, body: { name: 'Dial', schema: dialSchema } },
    },
    dial,
  ),
];
