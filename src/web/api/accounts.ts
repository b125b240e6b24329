import { z } from 'zod';
import { accounts } from '../../directory/nouns.ts';
import { stateOf } from '../../directory/showing.ts';
import { areas } from '../access/areas.ts';
import { accountKeeping, foundAccounts, setEnabled } from '../pages/directory/accounts.ts';
import { contextOf, foundBy, inTurnOf } from '../pages/directory/keeping.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { changeSchema, newSchema, shownSchema } from './fields.ts';
import { memberOperations } from './members.ts';
import { api } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';

const { fields } = accounts;
const schema = shownSchema(fields, {
  id: z.int(),
  state: z.string().describe('whether it may be used now: enabled, disabled, expired, not yet valid, cannot be read'),
});
const Account = { name: 'Account', schema };
const AccountPage = { name: 'AccountPage', schema: pageOf(schema) };

const { jsonOf, answerWith, get, add, change } = memberOperations({
  keeping: accountKeeping,
  pathOf: ({ id }) => `/api/v1/accounts/${id}`,
  beforeFields: (account, nowMs) => ({ id: account.id, state: stateOf(account, nowMs) }),
});

async function list(visit: ApiVisit): Promise<ApiAnswer> {
  const context = await contextOf(visit);
  const { shown, next } = await foundAccounts(visit, limitIn(visit.query));
  return { value: { items: shown.map((account) => jsonOf(account, context)), next } };
}

const enable = (visit: ApiVisit, enabled: boolean): Promise<ApiAnswer> =>
  inTurnOf(accounts, visit, async () => {
    const account = await foundBy(accountKeeping, visit);
    await setEnabled(visit, account, enabled);
    return answerWith(visit, await foundBy(accountKeeping, visit));
  });

const query = z.strictObject({
  q: z
    .string()
    .max(100)
    .optional()
    .describe('part of name, client or matter; or a whole code, for users who may see codes'),
  department: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .describe('id of a department'),
  state: z.enum(['enabled', 'disabled']).optional(),
  ...pageQuery,
});

const gives = { gives: Account, status: 200, hasVersion: true } as const;

export const accountApi: readonly ApiRoute[] = [
  api(
    'GET /accounts',
    areas.accounts,
    {
      id: 'listAccounts',
      summary: 'Accounts, by name',
      scope: 'accounts:read',
      query,
      gives: AccountPage,
      status: 200,
    },
    list,
  ),
  api(
    'POST /accounts',
    areas.accountChanges,
    {
      ...{ id: 'addAccount', summary: 'Adds an account', scope: 'accounts:write' },
      ...{ ...gives, status: 201, body: { name: 'NewAccount', schema: newSchema(fields) } },
    },
    add,
  ),
  api(
    'GET /accounts/:id',
    areas.accounts,
    { ...gives, id: 'getAccount', summary: 'One account', scope: 'accounts:read' },
    get,
  ),
  api(
    'PATCH /accounts/:id',
    areas.accountChanges,
    {
      ...{ id: 'changeAccount', summary: 'Changes what is given of an account', scope: 'accounts:write' },
      ...{ ...gives, isGuarded: true, body: { name: 'AccountChange', schema: changeSchema(fields) } },
    },
    change,
  ),
  ...([true, false] as const).map((enabled) =>
    api(
      `POST /accounts/:id/${enabled ? 'enable' : 'disable'}`,
      areas.accountChanges,
      {
        ...gives,
        id: enabled ? 'enableAccount' : 'disableAccount',
        summary: enabled ? 'Its code is good from now on' : 'Its code is refused from now on',
        scope: 'accounts:write',
      },
      (visit) => enable(visit, enabled),
    ),
  ),
];
