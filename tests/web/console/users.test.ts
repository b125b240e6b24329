import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsoleUser } from '../../../src/words/console.ts';
import type { Browser, Page } from './browser.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
  browser = await console.as('administrator');
});
afterAll(() => console.dispose());

const people = () => console.parts.people;
const versionIn = ({ text }: Page): string => /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';
const chosenIn = ({ text }: Page): string => {
  const [select = ''] = /<select[^>]*name="department"[\s\S]*?<\/select>/.exec(text) ?? [];
  const [, chosen = null] = /<option value="([^"]*)"\s+selected/.exec(select) ?? [];
  // A browser shows the first one where none is chosen.
  return chosen ?? /<option value="([^"]*)"/.exec(select)?.[1] ?? '';
};

let user: ConsoleUser;
let at = 0;
beforeEach(async () => {
  const name = `user-${(at += 1)}`;
  const { departmentId } = seeded.Sales;
  await console.as('manager', { name, departmentId });
  const found = await people().findUser(name);
  if (found === null) throw new Error('not added');
  user = found;
});
const now = async (): Promise<ConsoleUser | null> => people().findUserById(user.id);
const path = (): string => `/users/${user.id}`;

/** The form as the page has it. */
const fieldsOf = (page: Page): Record<string, string> => ({
  ...{ version: versionIn(page), name: user.name, role: 'manager', department: chosenIn(page) },
  ...{ extension: '', enabled: 'yes' },
});

describe('a user of a department', () => {
  it('that is removed is not let see all of them by whoever changes something else', async () => {
    const gone = await console.store.addDepartment({ name: `Gone ${user.id}` });
    await people().changeUser(user.id, { departmentId: gone.id }, null);
    await console.store.removeDepartment(gone.name);
    expect((await browser.get('/users')).text).toContain('a department that was removed');
    const page = await browser.get(path());
    expect(chosenIn(page)).toBe(String(gone.id));
    const saved = await browser.post(path(), { ...fieldsOf(page), extension: '299' });
    expect([saved.status, saved.text.includes('Choose a department that there is, or none')]).toEqual([422, true]);
    expect(await now()).toMatchObject({ departmentId: gone.id, extension: '' });
    await browser.post(path(), { ...fieldsOf(page), department: String(seeded.Legal.departmentId) });
    expect(await now()).toMatchObject({ departmentId: seeded.Legal.departmentId });
  });

  it.each([
    ['department', 'x'],
    ['department', '-1'],
    ['department', '999999'],
    ['enabled', ''],
    ['enabled', 'perhaps'],
    ['role', ''],
    ['role', 'Administrator'],
  ])('is not changed where %s is "%s"', async (name, value) => {
    await people().changeUser(user.id, { isEnabled: false }, null);
    const page = await browser.get(path());
    const saved = await browser.post(path(), { ...fieldsOf(page), enabled: 'no', [name]: value });
    expect(saved.status).toBe(422);
    expect(await now()).toMatchObject({ departmentId: user.departmentId, isEnabled: false, role: 'manager' });
  });

  it.each(['department', 'enabled', 'role'])('is not changed by a form without %s', async (name) => {
    const fields = fieldsOf(await browser.get(path()));
    const rest = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
    expect((await browser.post(path(), rest)).status).toBe(422);
    expect(await now()).toMatchObject({ departmentId: user.departmentId, isEnabled: true, role: 'manager' });
  });
});

it('somebody who was disabled meanwhile is not let in again by a form that was opened before', async () => {
  const page = await browser.get(path());
  await people().changeUser(user.id, { isEnabled: false }, null);
  const stale = await browser.post(path(), { ...fieldsOf(page), extension: '299' });
  expect(stale.status).toBe(422);
  expect(stale.text).toContain(`Somebody else changed this meanwhile: ${user.name}, Manager, Sales, may not sign in.`);
  expect(stale.text).toContain('value="299"');
  expect(await now()).toMatchObject({ isEnabled: false, extension: '' });
  // Whoever has seen that may say so once more.
  const again = await browser.post(path(), { ...fieldsOf(stale), enabled: 'no', extension: '299' });
  expect(again.path).toContain('said=user-changed');
  expect(await now()).toMatchObject({ isEnabled: false, extension: '299' });
});
