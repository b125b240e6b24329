import { describe, expect, it } from '@jest/globals';
import { departmentsCommand } from '../../src/cli/departments.ts';
import { unrestricted } from '../../src/policy/directory.ts';
import { plainAccount } from '../store/records.ts';
import { run as runProcess } from './run.ts';
import { linesOf, onLocalStore } from './directory.ts';

const { store, run, importText } = onLocalStore(departmentsCommand);

const names = async () => (await store().listDepartments()).map(({ name }) => name);

async function fillLegal(): Promise<void> {
  await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
  await store().addAccount({ ...plainAccount('2'), department: 'Legal' });
  await store().addExtension({ number: '201', name: '', department: 'Legal', restriction: unrestricted });
}

describe('departments', () => {
  it('are added, once', async () => {
    expect(await run('add', ' Legal ')).toEqual({ code: 0, out: 'Added Legal.\n', err: '' });
    expect(await run('add', 'LEGAL')).toEqual({
      ...{ code: 2, out: '', err: 'There is a department "Legal" already.\n' },
    });
    expect(await names()).toEqual(['Legal']);
  });

  it('are listed with who is in them, as table and as JSON', async () => {
    expect((await run('list')).out).toBe('No departments.\n');
    await fillLegal();
    await run('add', 'Empty');
    expect(linesOf((await run('list')).out)).toEqual([
      'NAME   ACCOUNTS  EXTENSIONS',
      'Empty  0         0',
      'Legal  2         1',
    ]);
    expect(JSON.parse((await run('list', '--json')).out)).toEqual({
      departments: [
        { name: 'Empty', accounts: 0, extensions: 0 },
        { name: 'Legal', accounts: 2, extensions: 1 },
      ],
    });
  });

  it('are renamed, and who is in them stays', async () => {
    await fillLegal();
    await run('add', 'Sales');
    expect(await run('rename', 'legal', 'Law')).toEqual({ code: 0, out: 'Renamed legal to Law.\n', err: '' });
    expect(await store().listDepartmentUse()).toMatchObject([{ name: 'Law', accounts: 2, extensions: 1 }, {}]);
    expect(await run('rename', 'Law', 'sales')).toMatchObject({
      ...{ code: 2, err: 'There is a department "Sales" already.\n' },
    });
    expect(await run('rename', 'Legal', 'x')).toEqual({
      ...{ code: 1, out: '', err: 'There is no department "Legal".\n' },
    });
    expect(await names()).toEqual(['Law', 'Sales']);
  });

  it('are removed when nobody is in them', async () => {
    await fillLegal();
    expect(await run('remove', 'legal')).toEqual({
      code: 2,
      out: '',
      err: 'Department "Legal" is in use by 2 accounts and 1 extension: give them another department, or none, first.\n',
    });
    expect(await names()).toEqual(['Legal']);
    await store().updateAccount('1', { department: 'Sales' });
    await store().updateAccount('2', { department: 'Sales' });
    await store().removeExtension('201');
    expect(await run('remove', 'legal')).toEqual({ code: 0, out: 'Removed Legal.\n', err: '' });
    expect(await names()).toEqual(['Sales']);
    expect(await run('remove', 'legal')).toEqual({
      ...{ code: 1, out: '', err: 'There is no department "legal".\n' },
    });
  });

  it.each([
    [['add'], /expected one NAME/],
    [['add', ''], /name is missing/],
    [['add', 'x'.repeat(101)], /name is longer than 100 characters/],
    [['add', 'a\u001b[2J'], /name holds a control character/],
    [['rename', 'a'], /expected NAME and NEW-NAME/],
    [['rename', 'Legal', ' '], /name is missing/],
    [['remove', 'a', 'b'], /expected one NAME/],
    [['frobnicate'], /unknown command frobnicate/],
    [['list', 'x'], /'x'/],
  ])('%j: exit code 2', async (args, why) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
    expect(err).toMatch(/See: billing-codes departments --help\n$/);
    expect(await names()).toEqual([]);
  });

  it('are imported where they are missing, all or nothing', async () => {
    await run('add', 'Legal');
    const file = 'Name\nlegal\n"Sales, West"\nFront\n';
    expect(await importText(file, '--dry-run')).toMatchObject({
      ...{ code: 0, out: 'Nothing wrong: would add 2 departments; 1 are there.\n' },
    });
    expect(await names()).toEqual(['Legal']);
    expect(await importText(file)).toMatchObject({ code: 0, out: 'Added 2 departments; 1 were there.\n' });
    expect(await names()).toEqual(['Front', 'Legal', 'Sales, West']);
    const { code, err } = await importText('name\nNew\nSales, West\nNEW\n');
    expect(code).toBe(2);
    expect(linesOf(err)).toEqual([
      'FILE:3: 2 fields, where the header has 1',
      'FILE:4: the same name as in line 2',
      'Nothing was imported: 2 lines are wrong.',
    ]);
    expect(await names()).toHaveLength(3);
  });

  it('and extensions are commands of their own, with help', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['add NAME', 'rename', 'remove', 'list', 'import FILE.csv']) expect(help.out).toContain(word);
    expect(await run()).toEqual({ ...help, code: 2 });
    expect(await runProcess(['departments', '--help'])).toEqual({ code: 0, stdout: help.out, stderr: '' });
    expect((await runProcess(['extensions', '--help'])).stdout).toContain('Usage: billing-codes extensions COMMAND');
  });
});
