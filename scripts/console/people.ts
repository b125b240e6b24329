import { hashesOf } from '../../src/web/access/recovery-codes.ts';
import { newTotpSecret } from '../../src/web/access/totp.ts';
import { hashOf } from '../../src/web/access/secrets.ts';
import { hashPassword } from '../../src/web/access/password.ts';
import { newUser } from '../../src/web/new-user.ts';
import type { Controller } from '../../src/controller/controller.ts';
import { unrestricted, type Restriction } from '../../src/words/directory.ts';
import type { NewAuditEntry, Role } from '../../src/words/console.ts';

/** People of the sample office, beside the first administrator. */

export const password = 'correct horse battery';

/** By this link, the last of them chooses a password. */
export const inviteSecret = 'sample';

const dayMs = 86_400_000;

const people: readonly (readonly [name: string, role: Role, department: string | null, extension: string])[] = [
  ['james.okoro', 'manager', null, '203'],
  ['priya.raman', 'viewer', 'Corporate', '204'],
  ['lena.fischer', 'caller', null, '205'],
  ['tom.baker', 'auditor', null, ''],
];

const entry = (action: NewAuditEntry['action'], subject: string): NewAuditEntry => ({
  ...{ atMs: Date.now() - dayMs, who: 'anna', address: '192.0.2.17', action, subject, before: null, after: null },
});

export type SamplePeople = {
  /** Whose second factor is on; it is set anew. The answer is one of the recovery codes. */
  withFactor: { name: string; renew(): Promise<string> };
  invited: string;
};

/** What the first administrator keeps: a saved report, and restriction templates. */
async function keepOwn(store: Controller['store'], userId: number): Promise<void> {
  const report = { userId, name: 'Litigation by account', report: 'usage-by-account', schedule: null };
  const query = 'preset=last-month&filter=department%3DLitigation';
  await store.saveReport({ ...report, query, madeAtMs: Date.now() - 3 * dayMs }, entry('report-saved', report.name));
  const templates: readonly (readonly [name: string, restriction: Partial<Restriction>])[] = [
    ['National only', { allowedCallTypes: ['internal', 'local', 'national', 'mobile', 'toll-free'] }],
    ['Front desk', { blockedPrefixes: ['1900'], maximumDigits: 11, allowedCallTypes: ['internal', 'local'] }],
  ];
  for (const [name, some] of templates) {
    const template = { name, restriction: { ...unrestricted, ...some }, changedAtMs: Date.now() - dayMs };
    const id = await store.saveTemplate(null, template, entry('template-added', `template ${name}`));
    for (const accountId of name === 'National only' ? [1, 2, 3] : []) await store.noteTemplate(accountId, id);
  }
  const [first] = templates;
  const restriction = { ...unrestricted, ...first?.[1] };
  for (const code of ['41177', '41302']) await store.updateAccount(code, { restriction });
}

export async function addPeople({ store }: Controller): Promise<SamplePeople> {
  const departments = await store.listDepartments();
  const passwordHash = await hashPassword(password);
  const ids: number[] = [];
  for (const [at, [name, role, department, extension]] of people.entries()) {
    const departmentId = departments.find((one) => one.name === department)?.id ?? null;
    const user = { ...newUser(name, Date.now() - 40 * dayMs), role, departmentId, extension, passwordHash };
    const signedInAtMs = Date.now() - (at + 1) * 0.4 * dayMs;
    ids.push((await store.addUser({ ...user, signedInAtMs }, entry('user-added', `user ${name}`))).id);
  }
  const [first = 0] = ids;
  const last = ids.at(-1) ?? 0;
  const anna = await store.findUser('anna');
  if (anna !== null) await store.changeUser(anna.id, { extension: '202' }, entry('user-changed', 'user anna'));
  const invite = { passwordHash: null, signedInAtMs: null, inviteHash: hashOf(inviteSecret) };
  await store.changeUser(last, { ...invite, inviteUntilMs: Date.now() + dayMs }, null);
  await store.addToken(
    {
      ...{ userId: first, name: 'Practice management', tokenHash: hashOf('none'), createdAtMs: Date.now() - 9 * dayMs },
      ...{ scopes: ['accounts:read', 'accounts:write', 'calls:read'], expiresAtMs: Date.now() + 300 * dayMs },
      ...{ usedAtMs: Date.now() - 120_000, revokedAtMs: null },
    },
    entry('token-added', 'token Practice management'),
  );
  await keepOwn(store, anna?.id ?? 0);
  const renew = async (): Promise<string> => {
    const [totpSecret, code] = [newTotpSecret(), 'abcd-efgh-jkmn-pqrs'];
    const codes = [code, ...Array.from({ length: 9 }, (_, at) => `abcd-efgh-jkmn-${'abcdefghj'[at] ?? ''}xyz`)];
    const changes = { totpSecret, totpStep: 0, recoveryCodes: hashesOf(codes, totpSecret) };
    await store.changeUser(first, changes, entry('second-factor-set', 'james.okoro'));
    return code;
  };
  await renew();
  return { withFactor: { name: 'james.okoro', renew }, invited: `/invited/${last}.${inviteSecret}` };
}
