import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import type { Browser } from './browser.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'site.timeZone': 'America/Denver' } });
  seeded = await seed(console.store);
  console.live.push(seeded.Sales.live);
  browser = await console.as('administrator');
});
afterAll(() => console.dispose());

const audit = async (action: string) =>
  (await console.parts.people.listAudit({ action, limit: 100 })).map(({ subject }) => subject);

describe('accounts', () => {
  it('are found by part of a name, page by page, each once', async () => {
    await console.store.importAccounts(
      Array.from({ length: 120 }, (_, at) => ({ code: `9${at}`, name: `Client ${String(at).padStart(3, '0')}` })),
    );
    const seen: string[] = [];
    let path: string | undefined = '/accounts?q=client+';
    while (path !== undefined) {
      const { text } = await browser.get(path);
      seen.push(...[...text.matchAll(/>(Client \d{3})</g)].map(([, name = '']) => name));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, at) => `Client ${String(at).padStart(3, '0')}`));
  });

  it('are added, with every problem at its field, and changed', async () => {
    await browser.get('/accounts/new');
    const wrong = await browser.post('/accounts', { code: '12x', name: '', minimumDigits: 'many' });
    expect(wrong.status).toBe(422);
    for (const problem of [
      'Code must be 1 to 20 digits',
      'Name is missing',
      'Minimum digits must be a number from 0 to 30',
    ])
      expect(wrong.text).toContain(problem);
    expect(wrong.text).toContain('href="#field-code"');
    const added = await browser.post('/accounts', { code: '55501', name: 'New & Co', blockedPrefixes: '1900, 011' });
    expect(added.text).toContain('New &amp; Co');
    const account = await console.store.findAccountByCode('55501');
    expect(account).toMatchObject({ name: 'New & Co', restriction: { blockedPrefixes: ['1900', '011'] } });
    const id = account?.id ?? 0;
    const form = await browser.get(`/accounts/${id}/edit`);
    const version = /name="version" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    await browser.post(`/accounts/${id}/edit`, {
      version,
      code: '',
      name: 'New & Co',
      blockedPrefixes: '',
      client: 'C',
    });
    expect(await console.store.findAccountById(id)).toMatchObject({
      code: '55501',
      client: 'C',
      restriction: { blockedPrefixes: [] },
    });
    const [entry] = await console.parts.people.listAudit({ action: 'account-changed', limit: 1 });
    expect(entry).toMatchObject({ who: 'administrator', before: { client: '' }, after: { client: 'C' } });
  });

  it('refuse a stale edit, show both versions, and keep either', async () => {
    const account = await console.store.addAccount({ code: '55502', name: 'Stale', client: 'first' });
    const path = `/accounts/${account.id}/edit`;
    const form = await browser.get(path);
    const version = /name="version" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    await console.store.updateAccount('55502', { client: 'theirs' });
    const stale = await browser.post(path, { version, code: '', name: 'Stale', client: 'mine' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('theirs');
    expect(stale.text).toContain('mine');
    expect((await console.store.findAccountById(account.id))?.client).toBe('theirs');
    const again = /name="version" value="([^"]+)"/.exec(stale.text)?.[1] ?? '';
    await browser.post(path, { version: again, code: '', name: 'Stale', client: 'mine' });
    expect((await console.store.findAccountById(account.id))?.client).toBe('mine');
  });

  it('of two edits at the same moment one is refused', async () => {
    const account = await console.store.addAccount({ code: '55503', name: 'Race' });
    const path = `/accounts/${account.id}/edit`;
    const version = /name="version" value="([^"]+)"/.exec((await browser.get(path)).text)?.[1] ?? '';
    const both = await Promise.all(
      ['a', 'b'].map((client) => browser.post(path, { version, code: '', name: 'Race', client })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('show a code to who may see it, and that is noted', async () => {
    const { accountId } = seeded.Sales;
    const page = await browser.get(`/accounts/${accountId}`);
    expect(page.text).not.toContain('12340');
    expect((await browser.post(`/accounts/${accountId}/code`)).text).toContain('12340');
    expect(await audit('code-revealed')).toEqual(['account Sales account']);
  });

  it('say what would become of a number', async () => {
    const { text } = await browser.get(
      `/accounts/${seeded.Sales.accountId}?number=${encodeURIComponent('(801) 642-4655')}`,
    );
    expect(text).toContain('Allowed');
    await console.store.updateAccount('12340', { restriction: { blockedPrefixes: ['1900'] } });
    expect((await browser.get(`/accounts/${seeded.Sales.accountId}?number=19005551234`)).text).toMatch(
      /Refused[\s\S]*number is blocked/,
    );
  });

  it('are imported after a look, or not at all', async () => {
    await browser.get('/accounts/import');
    const bad = await browser.post(
      '/accounts/import',
      {},
      { field: 'file', name: 'bad.csv', content: 'code,name\n1x,A\n60001,\n' },
    );
    expect(bad.status).toBe(422);
    expect(bad.text).toMatch(/2[\s\S]*must be 1 to 20 digits[\s\S]*3[\s\S]*name is missing/);
    const good = await browser.post(
      '/accounts/import',
      {},
      { field: 'file', name: 'good.csv', content: 'code,name\n60001,A\n60002,B\n' },
    );
    expect(good.text).toContain('Import: add 2, change 0');
    expect(await console.store.findAccountByCode('60001')).toBeNull();
    const key = /name="key" value="([^"]+)"/.exec(good.text)?.[1] ?? '';
    await browser.post('/accounts/import/apply', { key });
    expect((await console.store.findAccountByCode('60002'))?.name).toBe('B');
    expect((await browser.post('/accounts/import/apply', { key })).text).toContain('no longer here');
  });

  it('are exported with their codes, which is noted', async () => {
    const file = await browser.post('/accounts/export');
    expect(file.headers.get('content-disposition')).toContain('accounts.csv');
    expect(file.text).toContain('12340');
    expect(await audit('accounts-exported')).toHaveLength(1);
  });
});

describe('calls', () => {
  it('tell their whole story, and are moved with a reason', async () => {
    const { callId } = seeded.Legal;
    const page = await browser.get(`/calls/${callId}`);
    for (const text of ['The call arrived', 'Allowed', 'Answered', 'NORMAL_CLEARING', '0:32'])
      expect(page.text).toContain(text);
    expect((await browser.post(`/calls/${callId}/move`, { account: 'Sales account', why: '' })).text).toContain(
      'Enter a reason',
    );
    expect((await browser.post(`/calls/${callId}/move`, { account: 'Nobody', why: 'x' })).text).toContain(
      'no account has this billing code or name',
    );
    const moved = await browser.post(`/calls/${callId}/move`, { account: 'Sales account', why: 'it was for them' });
    expect(moved.text).toContain('it was for them');
    expect((await console.store.findCallRecord(callId))?.accountId).toBe(seeded.Sales.accountId);
    expect(await audit('call-moved')).toEqual([`call ${callId}`]);
  });

  it('are listed from the latest on, filtered, and refuse what is no date', async () => {
    const { text } = await browser.get('/calls?extension=201');
    expect(text).toContain('/calls/call-Sales');
    expect(text).not.toContain('/calls/call-Legal');
    expect((await browser.get('/calls?from=yesterday')).status).toBe(422);
  });

  it('that are live get an account, which is noted; what keeps them from it is said', async () => {
    const { callId } = seeded.Sales.live;
    const path = `/live/${callId}/account`;
    expect((await browser.get('/live')).text).toContain(path);
    expect((await browser.get(path)).text).toContain('Who pays for this call?');
    expect((await browser.post(path, { account: '' })).text).toContain('Enter the account to charge');
    expect((await browser.post(path, { account: 'Legal account' })).text).toContain('The account of the call was set.');
    expect(console.wishes).toMatchObject([{ callId, by: 'administrator' }]);
    console.cameOf.set = { kind: 'refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900' };
    const refused = await browser.post(path, { account: 'Legal account' });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('account: blocked prefix 1900')]);
    console.cameOf.set = { kind: 'not-here' };
    expect((await browser.post(path, { account: 'Legal account' })).text).toContain('That call is over already');
    const done = `call ${callId}`;
    expect((await audit('call-account-set')).sort()).toEqual([
      done,
      done,
      done,
      `${done}: not done`,
      `${done}: not done`,
    ]);
  });

  it('that are live cost what the month and the two numbers make of them; so does a call that is asked about', async () => {
    const terms = { connectFeeMicros: 0, firstIncrementMs: 60_000, nextIncrementMs: 60_000 };
    const scoped = [
      rateTerms('1', { ...terms, scope: 'interstate', priceMicros: 100_000 }),
      rateTerms('1', { ...terms, scope: 'intrastate', priceMicros: 900_000 }),
    ];
    await console.store.importRates('standard', ratesSource(scoped, 'CHF'));
    console.live.splice(0, 1, { ...seeded.Sales.live, callingNumber: '+12125550100' });
    const between = '/rates?number=8016424655&from=2125550100&account=Sales+account';
    const within = '/rates?number=8016424655&from=8015550100';
    expect((await browser.get('/live')).text).toContain('0.10 CHF');
    expect((await browser.get(between)).text).toContain('60 s → 1×60 s first + 0×60 s × 0.10/min = 0.10');
    expect((await browser.get(within)).text).toContain('× 0.90/min = 0.90');
    await console.store.updateAccount('12340', { includedMinutes: 5 });
    expect((await browser.get('/live')).text).toContain('0.00 CHF');
    expect((await browser.get(between)).text).toContain('of 5 min a month included');
  });

  it('that another controller serves are shown, and changed at its console', async () => {
    expect((await browser.get('/live')).text).not.toContain('Controller</th>');
    console.live.push({ ...seeded.Sales.live, callId: 'elsewhere', controller: 'the other one' });
    const { text } = await browser.get('/live');
    expect(text).toContain('the other one');
    expect(text).not.toContain('/live/elsewhere/');
    expect((await browser.get('/live/elsewhere/end')).status).toBe(404);
    expect((await browser.post('/live/elsewhere/account', { account: 'Acme' })).status).toBe(404);
    console.live.pop();
  });

  it('that are live move, and are ended', async () => {
    const { text } = await browser.get('/live');
    expect(text).toContain('Sales account');
    const { callId } = seeded.Sales.live;
    await browser.get(`/live/${callId}/end`);
    expect((await browser.post(`/live/${callId}/end`)).text).toContain('The call was ended');
    expect(console.cutOff).toEqual([callId]);
    expect(await audit('call-ended')).toEqual([`call ${callId}`]);
  });
});

describe('reports', () => {
  it.each([
    'usage-by-account',
    'usage-by-department',
    'calls',
    'refused',
    'suspicious',
    'top-destinations',
    'traffic-by-hour',
    'unrated',
    'unused-accounts',
    'statement',
    'longest-calls',
    'most-expensive-calls',
    'call-ids',
    'usage-by-extension',
  ])('%s is shown and downloaded', async (name) => {
    const page = await browser.get(`/reports/${name}`);
    expect(page.status).toBe(200);
    for (const [format, magic] of [
      ['csv', ''],
      ['xlsx', 'PK'],
      ['pdf', '%PDF'],
    ] as const) {
      const file = await browser.get(`/reports/${name}/download?format=${format}`);
      expect([file.status, file.bytes.subarray(0, magic.length).toString()]).toEqual([200, magic]);
    }
  });

  it('say what is wrong with what was asked for', async () => {
    const page = await browser.get('/reports/usage-by-account?filter=account%3DNobody');
    expect(page.status).toBe(422);
    expect((await browser.get('/reports/nothing')).status).toBe(404);
    expect((await browser.get('/reports/statement/download?format=table')).status).toBe(404);
  });
});

describe('the rest', () => {
  it.each([
    '/overview',
    '/departments',
    '/extensions',
    '/rates',
    '/rates?number=8016424655',
    '/security',
    '/audit',
    '/users',
    '/settings',
    '/my-calls',
    '/you',
  ])('%s is there', async (path) => {
    const page = await browser.get(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>');
  });

  it('locks are released', async () => {
    await console.store.keepLock({
      phone: '201',
      sinceMs: Date.now(),
      untilMs: Date.now() + 600_000,
      controller: 'one',
    });
    expect((await browser.get('/security')).text).toContain('201');
    await browser.post('/security/release', { phone: '201' });
    expect(await console.store.listLocks(Date.now())).toEqual([]);
    expect(await audit('lock-released')).toEqual(['lock of 201']);
  });

  it('the audit trail cannot be changed, and is downloaded whole', async () => {
    const csv = await browser.get('/audit/export');
    expect(csv.text.split('\r\n').length).toBeGreaterThan(10);
    expect(csv.text).not.toContain('12340');
  });

  it('settings are shown with where they come from, and secrets are not', async () => {
    expect((await browser.get('/settings')).text).toContain('console.port');
  });

  it('a user is invited, chooses a password once, and may no more than the role says', async () => {
    await browser.get('/users/new');
    expect((await browser.post('/users', { name: 'Vera', role: 'viewer', department: '' })).text).toContain(
      'A viewer needs a department',
    );
    const added = await browser.post('/users', {
      name: 'Vera',
      role: 'viewer',
      department: String(seeded.Sales.departmentId),
    });
    const link = /\/invited\/[\w.-]+/.exec(added.text)?.[0] ?? '';
    const vera = console.browser();
    await vera.get(link);
    const password = 'something quite long';
    expect((await vera.post(link, { password, again: password })).path).toContain('/sign-in');
    expect((await console.browser().get(link)).status).toBe(404);
    await vera.post('/sign-in', { name: 'vera', password });
    expect((await vera.get('/overview')).status).toBe(200);
    expect((await vera.get('/users')).status).toBe(403);
  });

  it('the last administrator stays one', async () => {
    const [admin] = (await console.parts.people.listUsers()).filter(({ role }) => role === 'administrator');
    const { text } = await browser.get(`/users/${admin?.id ?? 0}`);
    const page = await browser.post(`/users/${admin?.id ?? 0}`, {
      ...{ version: /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '', name: 'administrator', role: 'auditor' },
      ...{ department: '', enabled: 'yes' },
    });
    expect(page.text).toContain('last administrator');
  });
});

describe('hostile names', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK('x')",
    '\u202Eevil',
    'a\uFFFFb',
    "' OR 1=1 --",
    '${7*7}',
  ];
  it('are text on every page', async () => {
    for (const [at, name] of hostile.entries()) {
      const account = await console.store.addAccount({ code: `8800${at}`, name, department: name, client: name });
      await console.store.addExtension({ number: `88${at}`, name, place: name, department: name });
      const paths = [
        '/accounts?q=',
        `/accounts/${account.id}`,
        `/accounts/${account.id}/edit`,
        '/departments',
        '/extensions',
        `/extensions/88${at}`,
        '/reports/unused-accounts',
        '/calls',
      ];
      for (const path of paths) {
        const { status, text } = await browser.get(path);
        expect(status).toBe(200);
        expect(text).not.toMatch(/<script>alert|<img src=x|\u202E[^"]*<\//);
      }
    }
    expect((await browser.get('/accounts')).text).toContain('&lt;script&gt;');
  });
});
