import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { account } from '../../support/controller.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import type { Browser } from './browser.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let browser: Browser;
const ids: number[] = [];
beforeAll(async () => {
  console = await startTestConsole();
  await console.store.addDepartment({ name: 'Sales' });
  for (const code of ['1001', '1002', '1003']) ids.push((await console.store.addAccount(account(code))).id);
  const restriction = { ...unrestricted, blockedPrefixes: ['1900'] };
  await console.store.addAccount(account('2000', { name: 'Template', restriction }));
  browser = await console.as('manager');
});
afterAll(() => console.dispose());

/** As a form sends what is ticked. */
const send = async (chosen: readonly number[], fields: Record<string, string>) => {
  await browser.get('/accounts');
  return browser.post(
    '/accounts/bulk',
    fields,
    undefined,
    chosen.map((id) => ['id', String(id)] as const),
  );
};
const found = async (id: number) => console.store.findAccountById(id);

describe('several accounts', () => {
  it('are ticked in the list, shown, and changed as asked for; the others, and what is not asked for, stay', async () => {
    expect((await browser.get('/accounts')).text).toContain('aria-label="Select Account 1001"');
    const [first = 0, second = 0, third = 0] = ids;
    const shown = (await send([first, second], {})).text;
    expect(shown).toContain('Change 2 accounts');
    expect(shown).not.toContain('Account 1003');
    const fields = { apply: 'yes', department: 'Sales', state: 'disabled', like: 'Template' };
    expect((await send([first, second], fields)).text).toContain('The selected accounts were changed.');
    for (const id of [first, second])
      expect(await found(id)).toMatchObject({ enabled: false, restriction: { blockedPrefixes: ['1900'] } });
    expect((await found(first))?.departmentId).not.toBeNull();
    expect(await found(third)).toMatchObject({ enabled: true, departmentId: null, restriction: unrestricted });
    await send([first], { apply: 'yes', state: 'enabled' });
    expect(await found(first)).toMatchObject({ enabled: true, restriction: { blockedPrefixes: ['1900'] } });
    const lines = await console.store.listAudit({ action: 'account-changed', limit: 10 });
    expect(lines.map(({ subject }) => subject)).toEqual([
      'account Account 1001',
      'account Account 1002',
      'account Account 1001',
    ]);
    expect(lines[0]).toMatchObject({ before: { enabled: 'No' }, after: { enabled: 'Yes' } });
    expect(lines[2]?.after).toMatchObject({
      department: 'Sales',
      restrictions: expect.stringContaining('as account Template'),
    });
  });

  it.each([
    [{}, 'Choose what is to be changed'],
    [{ department: 'Nowhere' }, 'Choose a department of the list'],
    [{ like: 'Nobody' }, 'no account has this billing code or name'],
  ])('are not changed by %j', async (fields, says) => {
    const before = await found(ids[2] ?? 0);
    const page = await send(ids, { apply: 'yes', ...fields });
    expect([page.status, page.text]).toEqual([422, expect.stringContaining(says)]);
    expect(await found(ids[2] ?? 0)).toEqual(before);
  });

  it('are none where none is ticked, or one is not there', async () => {
    expect((await send([], { apply: 'yes', state: 'disabled' })).text).toContain('No account is selected');
    expect((await send([ids[0] ?? 0, 999_999], { apply: 'yes', state: 'disabled' })).status).toBe(404);
    expect((await found(ids[0] ?? 0))?.enabled).toBe(true);
  });
});
