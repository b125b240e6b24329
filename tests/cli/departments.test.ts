import { describe, expect, it } from '@jest/globals';
import { departmentsCommand } from '../../src/cli/departments/departments.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { plainAccount } from '../store/records.ts';
import { run as runProcess } from './run.ts';
import { linesOf, onLocalStore } from './directory.ts';

const { store, run, importText } = onLocalStore(departmentsCommand);

const unlimitedJson = {
  ...{ callerNumber: null, mail: '', longestCall: null, callsAtATime: null, callsAMinute: null, minutesADay: null },
  ...{ minutesAMonth: null, moneyADay: null, moneyAMonth: null, highestPrice: null, callingHours: [] },
  moneyAContract: null,
};
const names = async () => (await store().listDepartments()).map(({ name }) => name);

async function fillLegal(): Promise<void> {
  await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
  await store().addAccount({ ...plainAccount('2'), department: 'Legal' });
  await store().addExtension({ number: '201', name: '', department: 'Legal', restriction: unrestricted });
}

describe('departments', () => {
  it('are added only once', async () => {
    expect(await run('add', ' Legal ')).toEqual({ code: 0, out: 'Added Legal.\n', err: '' });
    expect(await run('add', 'LEGAL')).toEqual({
      ...{ code: 2, out: '', err: 'There is already a department "Legal".\n' },
    });
    expect(await names()).toEqual(['Legal']);
  });

  it('are listed with their accounts and extensions, as table and as JSON', async () => {
    expect((await run('list')).out).toBe('No departments.\n');
    await fillLegal();
    await run('add', 'Empty');
    expect(linesOf((await run('list')).out)).toEqual([
      'NAME   ACCOUNTS  EXTENSIONS  CALLER NUMBER  MAIL',
      'Empty  0         0',
      'Legal  2         1',
    ]);
    expect(JSON.parse((await run('list', '--json')).out)).toEqual({
      departments: [
        { ...unlimitedJson, name: 'Empty', accounts: 0, extensions: 0 },
        { ...unlimitedJson, name: 'Legal', accounts: 2, extensions: 1 },
      ],
    });
  });

  it('have a caller number for their calls, typed as dialled, changed and cleared', async () => {
    await run('add', 'Legal', '--caller-number', '(801) 642-0100');
    expect(await store().listDepartments()).toMatchObject([{ name: 'Legal', callerNumber: '+18016420100' }]);
    expect(linesOf((await run('list')).out)[1]).toMatch(/\+18016420100$/);
    expect(await run('change', 'legal', '--caller-number', '+44 20 7946 0000')).toEqual({
      ...{ code: 0, out: 'Changed Legal.\n', err: '' },
    });
    expect(await store().listDepartments()).toMatchObject([{ callerNumber: '+442079460000' }]);
    await run('rename', 'Legal', 'Law');
    expect(await store().listDepartments()).toMatchObject([{ name: 'Law', callerNumber: '+442079460000' }]);
    await run('change', 'Law', '--caller-number', '');
    expect(await store().listDepartments()).toMatchObject([{ callerNumber: null }]);
    expect(await run('change', 'Sales', '--caller-number', '')).toMatchObject({ code: 1 });
    expect(await run('change', 'Law')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--caller-number, --mail, .* or --money-a-contract is missing/),
    });
  });

  it.each([
    ['911', /caller number: "911" cannot be called back from outside \(emergency\)/],
    ['201', /"201" cannot be called back from outside \(internal\)/],
    ['12', /"12" is not a number in the dial plan; write it in E\.164/],
    ['+1 801 642', /"\+1 801 642" is not a number/],
    ['+4930', /"\+4930" /],
    ['8016424655,18', /is not a number/],
  ])('refuse a caller number that is not a number: %s', async (number, why) => {
    const { code, err } = await run('add', 'Legal', '--caller-number', number);
    expect(code).toBe(2);
    expect(err).toMatch(why);
    expect(await names()).toEqual([]);
  });

  it('take caller numbers from a file, and keep them if the file has no such column', async () => {
    await run('add', 'Legal', '--caller-number', '8016420100');
    const file = 'name,caller number\nLegal,8016420199\nSales,8016420200\n';
    expect((await importText(file, '--dry-run')).out).toBe(
      'No problems: would add 1 departments; 1 are already there, of which 1 would change.\n',
    );
    expect((await importText(file)).out).toBe('Added 1 departments; 1 were already there, of which 1 changed.\n');
    await importText('name\nLegal\nSales\n');
    expect((await store().listDepartments()).map(({ callerNumber }) => callerNumber)).toEqual([
      ...['+18016420199', '+18016420200'],
    ]);
    await importText('name,caller number\nLegal,\n');
    expect(await store().listDepartments()).toMatchObject([{ callerNumber: null }, { callerNumber: '+18016420200' }]);
    expect(linesOf((await importText('name,caller number\nX,911\n')).err)[0]).toMatch(/^FILE:2: caller number: "911"/);
  });

  it('keep their accounts and extensions when renamed', async () => {
    await fillLegal();
    await run('add', 'Sales');
    expect(await run('rename', 'legal', 'Law')).toEqual({ code: 0, out: 'Renamed legal to Law.\n', err: '' });
    expect(await store().listDepartmentUse()).toMatchObject([{ name: 'Law', accounts: 2, extensions: 1 }, {}]);
    expect(await run('rename', 'Law', 'sales')).toMatchObject({
      ...{ code: 2, err: 'There is already a department "Sales".\n' },
    });
    expect(await run('rename', 'Legal', 'x')).toEqual({
      ...{ code: 1, out: '', err: 'There is no department "Legal".\n' },
    });
    expect(await names()).toEqual(['Law', 'Sales']);
  });

  it('are removed only when empty', async () => {
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
    [['add', 'a\u001b[2J'], /name contains a control character/],
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

  it('are imported all or nothing, adding those that are missing', async () => {
    await run('add', 'Legal');
    const file = 'Name\nlegal\n"Sales, West"\nFront\n';
    expect(await importText(file, '--dry-run')).toMatchObject({
      ...{ code: 0, out: 'No problems: would add 2 departments; 1 are already there.\n' },
    });
    expect(await names()).toEqual(['Legal']);
    expect(await importText(file)).toMatchObject({ code: 0, out: 'Added 2 departments; 1 were already there.\n' });
    expect(await names()).toEqual(['Front', 'Legal', 'Sales, West']);
    const { code, err } = await importText('name\nNew\nSales, West\nNEW\n');
    expect(code).toBe(2);
    expect(linesOf(err)).toEqual([
      'FILE:3: 2 fields, but the header has 1',
      'FILE:4: the same name as in line 2',
      'Nothing was imported: 2 lines are wrong.',
    ]);
    expect(await names()).toHaveLength(3);
  });

  it('have commands and help of their own, as have extensions', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['add NAME', 'rename', 'remove', 'list', 'import FILE']) expect(help.out).toContain(word);
    expect(await run()).toEqual({ ...help, code: 2 });
    expect(await runProcess(['departments', '--help'])).toEqual({ code: 0, stdout: help.out, stderr: '' });
    expect((await runProcess(['extensions', '--help'])).stdout).toContain('Usage: billing-codes extensions COMMAND');
  });
});
