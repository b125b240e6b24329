import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { usersCommand } from '../../src/cli/users/users.ts';
import { loadConfig } from '../../src/config/load.ts';
import { newTotpSecret } from '../../src/web/access/totp.ts';
import { startTestConsole, type TestConsole } from '../web/console/test-console.ts';
import { run } from './run.ts';

let console: TestConsole;
beforeAll(async () => {
  console = await startTestConsole();
});
afterAll(() => console.dispose());

/** A process of its own on the data folder of a console that runs. */
const users = (...args: string[]) => run(['users', ...args], { BILLING_DATA_DIR: dirname(console.file) });
const pathIn = (text: string): string => /^ {2}http:\/\/127\.0\.0\.1:8085(\/invited\/\S+)$/m.exec(text)?.[1] ?? '';
const audited = (action: string) => console.parts.people.listAudit({ action, limit: 9 });
const password = 'a new one for anna';

describe('users', () => {
  it('an administrator who lost password and second factor is let in again', async () => {
    const before = await console.as('administrator', { name: 'anna' });
    const { id } = (await console.parts.people.findUser('anna')) ?? { id: 0 };
    const lost = { totpSecret: newTotpSecret(), totpStep: 0, recoveryCodes: 'x' };
    await console.parts.people.changeUser(id, lost, null);
    expect((await users('list')).stdout).toMatch(/^anna +administrator +with a password +yes +\S+Z +1$/m);

    const reset = await users('reset-second-factor', 'ANNA');
    expect(reset).toMatchObject({ code: 0, stderr: '' });
    expect((await before.ask('/users')).location).toBe('/sign-in?from=%2Fusers');
    expect(await audited('second-factor-reset')).toMatchObject([{ address: 'command line', subject: 'user anna' }]);

    const path = pathIn((await users('link', 'anna')).stdout);
    const browser = console.browser();
    await browser.get(path);
    await browser.post(path, { password, again: password });
    expect((await browser.post('/sign-in', { name: 'anna', password })).path).toBe('/overview');
    expect((await browser.get(path)).status).toBe(404);
  }, 60_000);

  it('the first user made here closes the link by which the first administrator is made', async () => {
    const fresh = await startTestConsole();
    const welcome = `/welcome/${fresh.parts.firstRun.secret ?? ''}`;
    expect((await fresh.browser().get(welcome)).status).toBe(200);
    const env = { BILLING_DATA_DIR: dirname(fresh.file) };
    const { stdout } = await run(['users', 'add', '<b>max</b>', '--role', 'administrator'], env);
    expect((await fresh.browser().get(welcome)).status).toBe(404);
    const invited = await fresh.browser().get(pathIn(stdout));
    expect(invited.text).toContain('&lt;b&gt;max&lt;/b&gt;');
    await fresh.dispose();
  }, 60_000);

  it('ends sessions', async () => {
    const browser = await console.as('manager', { name: 'mia' });
    expect((await users('end-sessions', 'mia')).stdout).toBe('mia: ended 1 session.\n');
    expect((await browser.ask('/accounts')).location).toBe('/sign-in?from=%2Faccounts');
    expect(await audited('sessions-ended')).toMatchObject([{ subject: 'user mia' }]);
  }, 60_000);

  it.each([
    [['link', 'nobody'], 1, 'Nobody signs in here as "nobody": billing-codes users list.'],
    [['add', 'mia', '--role', 'caller'], 2, 'Somebody signs in as "mia" already: choose another name.'],
    [['add', 'vera', '--role', 'viewer'], 2, 'A viewer needs a department'],
    [['add', 'vera', '--role', 'boss'], 2, '--role must be one of caller, viewer,'],
    [['add', 'vera', '--role', 'viewer', '--department', 'X'], 2, '--department: there is no department "X"'],
    [['add', 'anna '.repeat(21), '--role', 'caller'], 2, 'Enter a user name of 1 to 100 characters'],
    [['end-sessions', 'mia', '--all'], 2, 'takes a user name or --all, not both'],
  ])('refuses %j', async (args, code, line) => {
    const before = await audited('user-added');
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const { console: settings } = loadConfig({ file: null, env: {}, flags: {} });
    const context = { store: console.store, console: settings, nowMs: () => Date.now(), stdout, stderr };
    expect(await usersCommand(args, context)).toBe(code);
    expect(String(stderr.read())).toContain(line);
    expect(await audited('user-added')).toEqual(before);
  });
});
