import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewAuditEntry } from '../../../src/words/console.ts';
import { hashPassword } from '../../../src/web/access/password.ts';
import { hashesOf, newRecoveryCodes } from '../../../src/web/access/recovery-codes.ts';
import { hashOf } from '../../../src/web/access/secrets.ts';
import { stepAt, totpCode } from '../../../src/web/access/totp.ts';
import { newUser } from '../../../src/web/new-user.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { openProgram } from '../../web/api/program.ts';
import { openBrowser, type Page } from '../../web/console/browser.ts';
import { password } from '../../web/console/test-console.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const token = 'bcode_one-and-the-same';
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const [recovery = ''] = newRecoveryCodes();
const entry: NewAuditEntry = {
  ...{ atMs: Date.now(), who: 'test', address: '', action: 'user-added', subject: 'anna', before: null, after: null },
};
let database: TestDatabase;
const controllers: TestController[] = [];
const origins: string[] = [];

/** One person and one token, known to both controllers. */
beforeAll(async () => {
  database = await createDatabase();
  for (const name of ['first', 'second'])
    controllers.push(
      await startTestController({
        ...{ 'controller.name': name, 'sqlserver.connectionString': database.connectionString, 'console.port': '0' },
      }),
    );
  for (const { console: web } of controllers) {
    await web.ready();
    origins.push(`http://127.0.0.1:${web.address()?.port ?? 0}`);
  }
  const [first, second] = controllers as [TestController, TestController];
  const { id } = await first.store.addUser(
    {
      ...{ ...newUser('anna', Date.now()), role: 'administrator', passwordHash: await hashPassword(password) },
      ...{ totpSecret: secret, recoveryCodes: hashesOf([recovery], secret) },
    },
    entry,
  );
  await first.store.addToken(
    {
      ...{ userId: id, name: 'export', tokenHash: hashOf(token), scopes: ['accounts:read', 'accounts:write'] },
      ...{ createdAtMs: Date.now(), expiresAtMs: Date.now() + 86_400_000, usedAtMs: null, revokedAtMs: null },
    },
    { ...entry, action: 'token-added' },
  );
  await eventually(() => second.store.findToken(hashOf(token)), 60_000);
}, 300_000);
afterAll(async () => {
  for (const controller of controllers) await controller.dispose();
  await database.drop();
}, 120_000);

const send = (at: number, body: unknown, key: string) =>
  openProgram(origins[at] ?? '', token).send('POST', '/accounts', body, { 'idempotency-key': key });

describe('a request with one Idempotency-Key at two controllers', () => {
  it('is done once, and answered alike', async () => {
    const body = { code: '70001', name: 'Smith & Co' };
    const made = await send(0, body, 'order-1');
    expect([made.status, made.headers.get('idempotency-replayed')]).toEqual([201, null]);
    const again = await send(1, body, 'order-1');
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.json).toEqual(made.json);
    const other = await send(1, { ...body, name: 'Another' }, 'order-1');
    expect(other.status).toBe(422);
  });

  it('is done once where it comes to both at the same moment', async () => {
    const answers = await Promise.all([0, 1].map((at) => send(at, { code: '70002', name: 'Twice' }, 'order-2')));
    const done = answers.filter(
      ({ status, headers }) => status === 201 && headers.get('idempotency-replayed') === null,
    );
    expect(done).toHaveLength(1);
    // The other one came while it was being done, or after it.
    for (const { status, headers } of answers)
      expect(status === 409 || status === 201 || headers.get('idempotency-replayed')).toBe(true);
    expect((await send(1, { code: '70002', name: 'Twice' }, 'order-2')).status).toBe(201);
  });

  it('may be sent again, to either, where it was refused', async () => {
    const refused = await send(0, { code: '70001', name: 'Taken' }, 'order-3');
    expect(refused.status).toBe(422);
    const fixed = await send(1, { code: '70003', name: 'Free' }, 'order-3');
    expect([fixed.status, fixed.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });
});

describe('a code of the second factor at two controllers', () => {
  const signIn = async (code: string, fields: Record<string, string> = {}): Promise<Page[]> => {
    const browsers = await Promise.all(
      origins.map(async (origin) => {
        const browser = openBrowser(origin);
        await browser.get('/sign-in');
        await browser.post('/sign-in', { name: 'anna', password, from: '/you' });
        return browser;
      }),
    );
    return Promise.all(browsers.map((browser) => browser.post('/sign-in/code', { code, ...fields })));
  };

  it('lets one browser in, not two at the same moment', async () => {
    const pages = await signIn(totpCode(secret, stepAt(Date.now())));
    expect(pages.map(({ path }) => path).filter((path) => path === '/you')).toHaveLength(1);
    const byRecovery = await signIn(recovery, { recovery: '1' });
    expect(byRecovery.map(({ path }) => path).filter((path) => path === '/you')).toHaveLength(1);
  });
});
