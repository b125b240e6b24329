import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { unrestricted } from '../../../src/words/directory.ts';
import { hashOf } from '../../../src/web/access/secrets.ts';
import { routes } from '../../../src/web/routes.ts';
import { isApi } from '../../../src/web/route.ts';
import { aCall, seed, type Seeded } from '../console/seed.ts';
import { startTestConsole, type TestConsole } from '../console/test-console.ts';
import type { Program, Sent } from './program.ts';

let console: TestConsole;
let seeded: Seeded;
let program: Program;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'console.apiRequestsPerMinute': '100000' } });
  seeded = await seed(console.store);
  console.live.push(seeded.Sales.live);
  program = await console.program('administrator', { name: 'anna' });
});
afterAll(() => console.dispose());

const schemaOf = (id: string): z.ZodType => {
  const route = routes.filter(isApi).find(({ operation }) => operation.id === id);
  if (route === undefined) throw new Error(`there is no operation ${id}`);
  return route.operation.gives.schema;
};

/** That an answer is as its document says, in each field. */
function expectAs(id: string, sent: Sent): Sent {
  const schema = schemaOf(id);
  const read = schema.safeParse(sent.json);
  expect([id, sent.status < 300, read.success ? null : read.error.issues, sent.text]).toEqual([
    id,
    true,
    null,
    sent.text,
  ]);
  return sent;
}

const account = {
  code: '77701',
  name: 'Smith & Co',
  department: 'Sales',
  blockedPrefixes: ['1900', '011'],
  moneyADay: '12.50',
};

describe('accounts', () => {
  it('are added, read, changed and disabled, each with its line in the audit trail', async () => {
    const added = expectAs('addAccount', await program.send('POST', '/accounts', account));
    expect([added.status, added.json['code'], added.json['moneyADay']]).toEqual([201, '***01', '12.50']);
    const path = (added.headers.get('location') ?? '').replace('/api/v1', '');
    const read = expectAs('getAccount', await program.send('GET', path));
    expect([read.json, read.headers.get('etag')]).toEqual([added.json, added.headers.get('etag')]);
    const etag = read.headers.get('etag') ?? '';
    const change = { validUntil: '2030-01-31T00:00:00.000Z', customerNumbers: ['8016424655'], moneyADay: null };
    const changed = expectAs('changeAccount', await program.send('PATCH', path, change, { 'if-match': etag }));
    expect(changed.json).toMatchObject({ ...change, name: 'Smith & Co', blockedPrefixes: ['1900', '011'] });
    const disabled = expectAs('disableAccount', await program.send('POST', `${path}/disable`));
    expect([disabled.json['enabled'], disabled.json['state']]).toEqual([false, 'disabled']);
    expectAs('enableAccount', await program.send('POST', `${path}/enable`));
    const trail = await console.parts.people.listAudit({ subject: 'Smith', limit: 10 });
    expect(trail.map(({ action, subject, who }) => [action, subject, who])).toEqual([
      ...Array.from({ length: 3 }, () => ['account-changed', 'account Smith & Co, by token test', 'anna']),
      ['account-added', 'account Smith & Co, by token test', 'anna'],
    ]);
    expect(JSON.stringify(trail)).not.toContain('77701');
  });

  it('go round: what was read can be given back, but for the code, which is a secret', async () => {
    const path = `/accounts/${seeded.Legal.accountId}`;
    const read = await program.send('GET', path);
    const own = ['id', 'state', 'code'];
    const fields = Object.fromEntries(Object.entries(read.json).filter(([name]) => !own.includes(name)));
    const sent = await program.send('PATCH', path, fields, { 'if-match': read.headers.get('etag') ?? '' });
    expect([sent.status, sent.json]).toEqual([200, read.json]);
    const masked = await program.send('PATCH', path, { code: read.json['code'] }, { 'if-match': '*' });
    expect([masked.status, masked.json['detail']]).toEqual([422, 'code: Code must be 1 to 20 digits']);
  });

  it('come page by page, each once', async () => {
    await console.store.importAccounts(
      Array.from({ length: 25 }, (_, at) => ({ code: `9${at}`, name: `Client ${String(at).padStart(3, '0')}` })),
    );
    const seen: unknown[] = [];
    let after = '';
    do {
      const page = expectAs('listAccounts', await program.send('GET', `/accounts?q=client%200&limit=10${after}`));
      seen.push(...(page.json['items'] as { name: string }[]).map(({ name }) => name));
      after = page.json['next'] === null ? '' : `&after=${encodeURIComponent(page.json['next'] as string)}`;
    } while (after !== '');
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `Client ${String(at).padStart(3, '0')}`));
  });

  it('are not overwritten by whoever has not seen the last change', async () => {
    const path = `/accounts/${seeded.Sales.accountId}`;
    const etag = (await program.send('GET', path)).headers.get('etag') ?? '';
    const both = await Promise.all(
      ['one', 'two'].map((matter) => program.send('PATCH', path, { matter }, { 'if-match': etag })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await program.send('PATCH', path, { matter: 'three' })).json).toMatchObject({ status: 428 });
    expect((await program.send('PATCH', path, { matter: 'three' }, { 'if-match': '"x"' })).status).toBe(412);
  });

  it('say every problem by the field’s name, in one line', async () => {
    const sent = await program.send('POST', '/accounts', { code: '12x', name: '', minimumDigits: 40 });
    expect([sent.status, sent.headers.get('content-type')]).toEqual([422, 'application/problem+json; charset=utf-8']);
    expect(sent.json['fields']).toEqual([
      { field: 'code', detail: 'Code must be 1 to 20 digits' },
      { field: 'minimumDigits', detail: 'Minimum digits must be a number from 0 to 30' },
      { field: 'name', detail: 'Name is missing' },
    ]);
    const twice = await program.send('POST', '/accounts', { code: '12340', name: 'again' });
    expect([twice.status, (twice.json['fields'] as { field: string }[])[0]?.field]).toEqual([422, 'code']);
  });
});

it('extensions and departments are kept in the same way, and removed', async () => {
  const department = expectAs(
    'addDepartment',
    await program.send('POST', '/departments', { name: 'Labs', mail: 'l@example.org' }),
  );
  const path = (department.headers.get('location') ?? '').replace('/api/v1', '');
  const ofDepartment = { 'if-match': department.headers.get('etag') ?? '' };
  const renamed = expectAs('changeDepartment', await program.send('PATCH', path, { name: 'Laboratory' }, ofDepartment));
  expect(renamed.json).toMatchObject({ name: 'Laboratory', mail: 'l@example.org' });
  const extension = { number: '333', name: 'Bench', department: 'Laboratory', defaultAccount: 'Sales account' };
  const added = expectAs('addExtension', await program.send('POST', '/extensions', extension));
  expect(added.json).toMatchObject({ number: '333', defaultAccount: 'Sales account (***40)' });
  const isUsed = await program.send('DELETE', path, undefined, { 'if-match': '*' });
  expect([isUsed.status, isUsed.headers.get('content-type')]).toEqual([422, 'application/problem+json; charset=utf-8']);
  const changed = await program.send(
    'PATCH',
    '/extensions/333',
    { place: 'Room 2' },
    { 'if-match': added.headers.get('etag') ?? '' },
  );
  expectAs('changeExtension', changed);
  expectAs('listExtensions', await program.send('GET', '/extensions?q=bench'));
  expectAs('removeExtension', await program.send('DELETE', '/extensions/333', undefined, { 'if-match': '*' }));
  expect((await program.send('GET', '/extensions/333')).status).toBe(404);
  expectAs('removeDepartment', await program.send('DELETE', path, undefined, { 'if-match': '*' }));
  const page = expectAs('listDepartments', await program.send('GET', '/departments?limit=1'));
  expect((await program.send('GET', `/departments?after=${String(page.json['next'])}`)).status).toBe(200);
});

describe('calls', () => {
  it('are found, told whole, and moved with a reason', async () => {
    await console.store.save(
      aCall('call-move', {
        accountId: seeded.Sales.accountId,
        accountName: 'Sales account',
        code: '12340',
        departmentId: seeded.Sales.departmentId,
      }),
    );
    const page = expectAs('listCalls', await program.send('GET', '/calls?preset=today&outcome=answered&limit=2'));
    expect((page.json['items'] as unknown[]).length).toBe(2);
    const next = await program.send(
      'GET',
      `/calls?preset=today&limit=2&after=${encodeURIComponent(String(page.json['next']))}`,
    );
    expect((next.json['items'] as unknown[]).length).toBe(1);
    const story = expectAs('getCall', await program.send('GET', '/calls/call-move'));
    expect(story.json['record']).toMatchObject({ callId: 'call-move', code: '***40', billableMs: 32_000 });
    expect((await program.send('POST', '/calls/call-move/move', { account: 'Legal account', reason: '' })).status).toBe(
      422,
    );
    const moved = await program.send('POST', '/calls/call-move/move', { account: 'Legal account', reason: 'theirs' });
    expect(expectAs('moveCall', moved).json['moves']).toMatchObject([
      { movedBy: 'anna', why: 'theirs', to: 'Legal account' },
    ]);
    const wrong = await program.send('GET', '/calls?preset=someday');
    expect([wrong.status, String(wrong.json['detail'])]).toEqual([
      422,
      expect.stringContaining('there is no period "someday"'),
    ]);
  });

  it('that are up get another account, or say why not', async () => {
    const path = '/live-calls/live-Sales/account';
    const legal = { account: 'Legal account' };
    expectAs('setLiveCallAccount', await program.send('POST', path, legal));
    expect(console.wishes).toMatchObject([{ callId: 'live-Sales' }]);
    console.cameOf.set = { kind: 'refused', reason: 'money-used-up', rule: 'account: prepaid 0.00 CHF' };
    const refused = await program.send('POST', path, legal);
    expect([refused.status, JSON.stringify(refused.json['fields'])]).toEqual([
      422,
      expect.stringContaining('account: prepaid 0.00 CHF'),
    ]);
    console.cameOf.set = { kind: 'emergency' };
    expect((await program.send('POST', path, legal)).status).toBe(409);
    expect((await program.send('POST', path, { account: 'nobody' })).status).toBe(422);
    expect((await program.send('POST', '/live-calls/none/account', legal)).status).toBe(404);
  });

  it('that are up are listed, and ended', async () => {
    const page = expectAs('listLiveCalls', await program.send('GET', '/live-calls?q=201'));
    expect(page.json['items']).toMatchObject([{ callId: 'live-Sales', phase: 'talking' }]);
    expectAs('endLiveCall', await program.send('POST', '/live-calls/live-Sales/end'));
    expect(console.cutOff).toEqual(['live-Sales']);
    expect((await program.send('POST', '/live-calls/none/end')).status).toBe(404);
  });
});

it('reports are listed and run; rates are explained; health is told', async () => {
  expectAs('listReports', await program.send('GET', '/reports'));
  const report = expectAs('runReport', await program.send('GET', '/reports/usage-by-department?preset=today'));
  expect((report.json['rows'] as unknown[]).length).toBe(2);
  expect((await program.send('GET', '/reports/usage-by-department?filter=account%3Dnobody')).status).toBe(422);
  expect((await program.send('GET', '/reports/nothing')).status).toBe(404);
  const price = expectAs('explainRate', await program.send('GET', '/rates/explain?number=8016424655'));
  expect(price.json).toMatchObject({ e164: '+18016424655', callType: 'national', price: { kind: 'unrated' } });
  expect((await program.send('GET', '/rates/explain?number=8016424655&seconds=x')).status).toBe(422);
  const unread = await program.send('GET', '/rates/explain?number=8016424655&from=12');
  expect([unread.status, JSON.stringify(unread.json)]).toEqual([422, expect.stringContaining('"from"')]);
  expectAs('getHealth', await program.send('GET', '/health'));
});

it('limits by destination are kept as departments are', async () => {
  const body = { name: 'Satellites', prefixes: ['8816'], minutesADay: 60 };
  const added = expectAs('addDestination', await program.send('POST', '/destinations', body));
  expect(added.json).toMatchObject(body);
  expect((await program.send('POST', '/destinations', { name: 'Nowhere' })).status).toBe(422);
  const path = (added.headers.get('location') ?? '').replace('/api/v1', '');
  const seen = { 'if-match': added.headers.get('etag') ?? '' };
  const changed = expectAs('changeDestination', await program.send('PATCH', path, { minutesADay: 30 }, seen));
  expect(changed.json).toMatchObject({ ...body, minutesADay: 30 });
  expect((await program.send('PATCH', path, { minutesADay: 10 }, seen)).status).toBe(412);
  expectAs('getDestination', await program.send('GET', path));
  expect(expectAs('listDestinations', await program.send('GET', '/destinations')).json['items']).toHaveLength(1);
  expectAs('removeDestination', await program.send('DELETE', path, undefined, { 'if-match': '*' }));
  expect(await console.store.listDestinations()).toEqual([]);
});

it('rate tables and their rates are listed', async () => {
  const terms = { connectFeeMicros: 0, priceMicros: 13_100, firstIncrementMs: 60_000, nextIncrementMs: 60_000 };
  const both = ratesSource([rateTerms('44', terms), rateTerms('4420', { ...terms, scope: 'peak' })], 'USD');
  await console.store.importRates('Carrier', both);
  const tables = expectAs('listRateTables', await program.send('GET', '/rates/tables'));
  const [table] = tables.json['items'] as { id: number; name: string; rates: number }[];
  expect(table).toMatchObject({ name: 'Carrier', rates: 2 });
  const path = `/rates/tables/${table?.id ?? 0}/rates`;
  const first = expectAs('listRates', await program.send('GET', `${path}?limit=1`));
  expect(first.json['items']).toMatchObject([{ prefix: '44', price: '0.0131' }]);
  const after = encodeURIComponent(String(first.json['next']));
  const second = expectAs('listRates', await program.send('GET', `${path}?limit=1&after=${after}`));
  expect(second.json).toMatchObject({ items: [{ prefix: '4420', scope: 'peak' }], next: null });
  expect((await program.send('GET', `${path}?q=nowhere`)).status).toBe(422);
  expect((await program.send('GET', '/rates/tables/99/rates')).status).toBe(404);
});

describe('an idempotency key', () => {
  const key = (text: string) => ({ 'idempotency-key': text });

  it('makes one of a request that is sent several times, at once and later', async () => {
    const body = { code: '88801', name: 'Once' };
    const all = await Promise.all([1, 2, 3].map(() => program.send('POST', '/accounts', body, key('k-1'))));
    all.push(await program.send('POST', '/accounts', body, key('k-1')));
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    expect(all.filter(({ headers }) => headers.get('idempotency-replayed') === 'true').length).toBe(3);
    expect(new Set(all.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    expect((await console.parts.people.listAudit({ subject: 'Once', limit: 10 })).length).toBe(1);
  });

  it('is of one request and of one token', async () => {
    expect((await program.send('POST', '/accounts', { code: '88802', name: 'Other' }, key('k-1'))).status).toBe(422);
    const other = await console.program('administrator', { name: 'anna' });
    expect((await other.send('POST', '/accounts', { code: '88803', name: 'Third' }, key('k-1'))).status).toBe(201);
  });

  it('of a request that was refused may be used again', async () => {
    const refused = await program.send('POST', '/accounts', { code: '88801', name: 'Twice' }, key('k-2'));
    expect(refused.status).toBe(422);
    expect((await program.send('POST', '/accounts', { code: '88804', name: 'Twice' }, key('k-2'))).status).toBe(201);
  });

  it('keeps the status of the answer with it', async () => {
    const body = { code: '88806', name: 'Kept' };
    const sent = await program.send('POST', '/accounts', body, key('k-4'));
    const { people } = console.parts;
    const fingerprint = hashOf(JSON.stringify(['POST', '/api/v1/accounts', JSON.stringify(body)]));
    const tokenId = (await people.listTokens()).at(-1)?.id ?? 0;
    const kept = await people.beginRequest({ tokenId, key: 'k-4', fingerprint, atMs: Date.now(), forgetBeforeMs: 0 });
    expect([sent.status, kept?.fingerprint, kept?.answer?.status]).toEqual([201, fingerprint, 201]);
  });

  it('of a request that failed does it no second time: the phone may have rung', async () => {
    const { dial } = console.parts;
    let rang = 0;
    console.parts.dial = () => {
      rang += 1;
      return Promise.resolve({ ok: false, problem: 'FreeSWITCH did not answer in time' });
    };
    const body = { extension: '201', account: 'Sales account', number: '8016424655' };
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      statuses.push((await program.send('POST', '/dial', body, key('k-5'))).status);
    }
    console.parts.dial = dial;
    expect([statuses, rang]).toEqual([[503, 409, 409], 1]);
  });

  it('of a request of which nobody knows what came is refused', async () => {
    const { people } = console.parts;
    const token = (await people.listTokens()).at(-1);
    const url = '/api/v1/accounts';
    const body = JSON.stringify({ code: '88805', name: 'Lost' });
    const fingerprint = hashOf(JSON.stringify(['POST', url, body]));
    await people.beginRequest({
      tokenId: token?.id ?? 0,
      key: 'k-3',
      fingerprint,
      atMs: Date.now(),
      forgetBeforeMs: 0,
    });
    const sent = await program.raw('POST', '/accounts', body, key('k-3'));
    expect([sent.status, String(sent.json['detail'])]).toEqual([409, expect.stringContaining('not known')]);
    expect(await console.store.findAccountByCode('88805')).toBeNull();
  });
});

describe('click to dial', () => {
  const dial = (more: object) =>
    program.send('POST', '/dial', { extension: '201', account: 'Sales account', number: '8016424655', ...more });

  it.each([
    ['a phone that is not known', { extension: '999' }, 'extension: is not known'],
    ['an account that is not known', { account: 'Nobody' }, 'account: no account has this billing code or name'],
    ['an emergency number', { number: '911' }, 'number: is an emergency number: dial it at the phone'],
    ['keys that are no number', { number: '8#1' }, 'number: must be digits'],
  ])('places no call for %s', async (_what, more, detail) => {
    const sent = await dial(more);
    expect([sent.status, sent.json['detail']]).toEqual([422, detail]);
  });

  it('asks the rules of any call first, and says why one would be refused', async () => {
    await console.store.addAccount({
      code: '66666',
      name: 'Local only',
      restriction: { ...unrestricted, blockedPrefixes: ['1801'] },
    });
    const sent = await dial({ account: 'Local only' });
    expect([sent.status, String(sent.json['detail'])]).toEqual([422, expect.stringContaining('would be refused')]);
    await console.store.updateAccount('66666', { enabled: false });
    const disabled = await dial({ account: 'Local only' });
    expect(String(disabled.json['detail'])).toContain('code-disabled');
  });

  it('says where there is no FreeSWITCH to ask', async () => {
    const sent = await dial({});
    expect([sent.status, String(sent.json['detail'])]).toEqual([503, expect.stringContaining('(freeswitch.host)')]);
  });

  it('is not for a phone or an account of another department', async () => {
    const manager = await console.program('manager', { name: 'of-sales', departmentId: seeded.Sales.departmentId });
    const body = { extension: '201', account: 'Sales account', number: '8016424655' };
    for (const [more, field] of [
      [{ extension: '202' }, 'extension'],
      [{ account: 'Legal account' }, 'account'],
    ] as const) {
      const sent = await manager.send('POST', '/dial', { ...body, ...more });
      expect([sent.status, (sent.json['fields'] as { field: string }[])[0]?.field]).toEqual([422, field]);
    }
  });
});

it('a token that asks too often waits, and the others do not', async () => {
  const slow = await startTestConsole({ flags: { 'console.apiRequestsPerMinute': '5' } });
  const [one, other] = [await slow.program('administrator'), await slow.program('administrator')];
  const statuses: number[] = [];
  for (let request = 0; request < 7; request += 1) statuses.push((await one.send('GET', '/health')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(Number((await one.send('GET', '/health')).headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await other.send('GET', '/health')).status).toBe(200);
  await slow.dispose();
});
