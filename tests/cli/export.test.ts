import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountsCommand } from '../../src/cli/accounts/accounts.ts';
import { departmentsCommand } from '../../src/cli/departments/departments.ts';
import { extensionsCommand } from '../../src/cli/extensions/extensions.ts';
import { guardedText, unguardedText } from '../../src/words/clean-text.ts';
import { onLocalStore } from './directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const address = ['Attn: A. "Bo" Ng', '12 Elm St', 'Provo, UT'];

describe('an export of accounts', () => {
  const { run, store, importText } = onLocalStore(accountsCommand);

  async function furnish(): Promise<void> {
    await store().addAccount({
      ...{ code: '00123', name: '=cmd|"/c calc"!A1', department: 'Legal, "old"', enabled: false, anonymous: true },
      ...{ client: "'=A1", matter: '-7', reference: '@PO', address, callerNumber: '+18016420100' },
      ...{ customerNumbers: ['+18016424655', '101'], validFromMs: 1_700_000_000_123, validUntilMs: 1_900_000_000_000 },
      restriction: {
        ...{ minimumDigits: 4, maximumDigits: 11, blockedPrefixes: ['+44', '1900'], allowedPrefixes: ['1801'] },
        ...{ allowedNumbers: ['102'], allowedCallTypes: ['local', 'toll-free'] },
      },
    });
    await store().addAccount({ code: '7', name: 'Zoë Łukasz 株式会社' });
  }

  it('is imported again, and nothing changes', async () => {
    await furnish();
    const before = await store().listAccounts();
    const { code, out } = await run('export', '--show-codes');
    expect(code).toBe(0);
    expect((await importText(out)).out).toBe('Added 0 and changed 0 accounts.\n');
    expect(await store().listAccounts()).toEqual(before);
    expect((await run('export', '--show-codes')).out).toBe(out);
  });

  it('has codes in it, so that it must be asked for, and only its owner reads the file', async () => {
    await furnish();
    expect(await run('export')).toMatchObject({ code: 2, out: '' });
    const output = join(folder, 'accounts.csv');
    expect(await run('export', '--show-codes', '--output', output)).toMatchObject({ code: 0, out: '' });
    expect(statSync(output).mode & 0o777).toBe(0o600);
    expect(readFileSync(output, 'utf8')).toContain('00123');
  });
});

describe('an export of extensions', () => {
  const { run, store, importText } = onLocalStore(extensionsCommand);

  it('is imported again, and nothing changes; who pays goes by name', async () => {
    const payer = await store().addAccount({ code: '55501', name: 'Smith & Co' });
    await store().addExtension({ number: '201', name: '+1+cmd', department: 'Legal', defaultAccountId: payer.id });
    await store().addExtension({ number: '202', name: '', place: '@ 2nd floor; "B"' });
    const before = await store().listExtensions();
    const { code, out } = await run('export');
    expect(code).toBe(0);
    expect(out).not.toContain('55501');
    expect(await importText(out)).toMatchObject({ code: 0 });
    expect(await store().listExtensions()).toEqual(before);
  });

  it('is refused where the name of who pays is not one account’s alone', async () => {
    const payer = await store().addAccount({ code: '55501', name: 'Smith' });
    await store().addAccount({ code: '55502', name: 'SMITH' });
    await store().addExtension({ number: '201', defaultAccountId: payer.id });
    const { code, err } = await run('export');
    expect(code).toBe(2);
    expect(err).toContain('extensions: several accounts have the name of a default account: rename all but one');
  });
});

describe('an export of departments', () => {
  const { run, store, importText } = onLocalStore(departmentsCommand);

  it('is imported again, and nothing changes', async () => {
    await store().addDepartment({ name: '=Legal, "old"', callerNumber: '+18016420100', mail: 'a@example.org' });
    await store().addDepartment({ name: 'Tax' });
    const before = await store().listDepartments();
    const { out } = await run('export');
    expect((await importText(out)).out).toBe('Added 0 departments; 2 were already there.\n');
    expect(await store().listDepartments()).toEqual(before);
  });
});

it('what keeps a spreadsheet from running a cell is taken off again, whatever the text was', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^'{0,3}[=+@\t-]?[\s\S]{0,5}$/));
  fc.assert(
    fc.property(text, (typed) => {
      expect(unguardedText(guardedText(typed))).toBe(typed);
      expect(guardedText(typed)).not.toMatch(/^[=@-]/);
    }),
  );
});
