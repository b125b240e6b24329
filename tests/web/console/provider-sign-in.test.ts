import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from './browser.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let provider: TestProvider;
let console: TestConsole;
let seeded: Seeded;
async function start(): Promise<void> {
  provider = await startProvider();
  console = await startTestConsole({ flags: provider.flags });
  seeded = await seed(console.store);
}
async function stop(): Promise<void> {
  await console.dispose();
  await provider.close();
}

/** Each test has a console of its own. */
function eachAnew(): void {
  beforeEach(start);
  afterEach(stop);
}

/** There, and as far as the way back, which is not gone yet. */
async function thereAndBack(browser: Browser, from = ''): Promise<string> {
  const begun = await browser.ask(`/sign-in/provider${from === '' ? '' : `?from=${encodeURIComponent(from)}`}`);
  expect(begun.status).toBe(303);
  const there = await fetch(begun.location, { redirect: 'manual' });
  const back = there.headers.get('location') ?? '';
  expect(back.startsWith(`${console.origin}/sign-in/provider/back?`)).toBe(true);
  return back.slice(console.origin.length);
}

async function signIn(from = ''): Promise<{ browser: Browser; page: Page }> {
  const browser = console.browser();
  return { browser, page: await browser.get(await thereAndBack(browser, from)) };
}

const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.get('/you')).path === '/you';
const found = (name: string) => console.parts.people.findUser(name);

describe('signing in with the provider', () => {
  eachAnew();
  it('makes a user as the groups say, with a session and lines in the audit trail', async () => {
    expect((await console.browser().get('/sign-in')).text).toContain('Sign in with Office Login');
    const { browser, page } = await signIn('/you');
    expect([page.status, page.path, browser.cookie('billing-signing-in')]).toEqual([200, '/you', null]);
    expect(await found('petra')).toMatchObject({
      ...{ role: 'manager', departmentId: seeded.Sales.departmentId, passwordHash: null },
      identity: `${provider.issuer} 1`,
    });
    const trail = await console.parts.people.listAudit({ limit: 10 });
    expect(trail.map(({ action, subject }) => [action, subject])).toEqual([
      ['signed-in', 'petra'],
      ['user-added', 'user petra, by the identity provider'],
    ]);
    expect((await browser.get('/you/sign-in')).text).toContain('You sign in with Office Login');
    expect((await browser.get('/you/second-factor')).path).toBe('/you/sign-in');
  });

  it('sends the challenge of PKCE, and the verifier only to the provider', async () => {
    const browser = console.browser();
    const { location } = await browser.ask('/sign-in/provider');
    const { searchParams } = new URL(location);
    expect([searchParams.get('response_type'), searchParams.get('code_challenge_method')]).toEqual(['code', 'S256']);
    expect(searchParams.get('redirect_uri')).toBe(`${console.origin}/sign-in/provider/back`);
    expect((searchParams.get('state') ?? '').length).toBeGreaterThanOrEqual(40);
    const { page } = await signIn();
    expect(page.status).toBe(200);
    expect((provider.asked[0]?.get('code_verifier') ?? '').length).toBeGreaterThanOrEqual(43);
  });

  it('leads to no other site', async () => {
    for (const from of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      expect((await signIn(from)).page.path).toBe('/overview');
    }
  });

  it('finds groups that only the userinfo endpoint tells', async () => {
    provider.isThin = true;
    expect((await signIn()).page.status).toBe(200);
    expect((await found('petra'))?.role).toBe('manager');
  });

  it('takes one group that is a text, such as a hosted domain', async () => {
    provider.person = { sub: '7', email: 'x@example.com', groups: 'legal' };
    await signIn();
    expect(await found('x@example.com')).toMatchObject({ role: 'viewer', departmentId: seeded.Legal.departmentId });
  });

  it('asks nobody for a second factor of this console', async () => {
    await console.dispose();
    console = await startTestConsole({ flags: { ...provider.flags, 'console.secondFactor': 'everyone' } });
    await seed(console.store);
    expect((await signIn('/you')).page.path).toBe('/you');
  });
});

describe('an answer of the provider that is wrong', () => {
  beforeAll(start);
  beforeEach(() => {
    Object.assign(provider, { wrong: {}, signing: 'RS256' });
    console.problems.length = 0;
    console.parts.signIn.succeeded(['address 127.0.0.1']);
  });
  afterAll(stop);

  const now = (): number => Math.floor(Date.now() / 1000);
  it.each([
    ['for another audience', () => ({ wrong: { aud: 'another' } })],
    ['for others as well, and none of them named as its party', () => ({ wrong: { aud: ['console', 'another'] } })],
    ['that is over', () => ({ wrong: { exp: now() - 3_600, iat: now() - 7_200 } })],
    ['with another nonce', () => ({ wrong: { nonce: 'another' } })],
    ['without a nonce', () => ({ wrong: { nonce: undefined } })],
    ['of another issuer', () => ({ wrong: { iss: 'https://evil.example' } })],
    ['without a subject', () => ({ wrong: { sub: undefined } })],
    ['that is not signed (alg: none)', () => ({ signing: 'none' as const })],
    ['signed with a shared secret (alg: HS256)', () => ({ signing: 'HS256' as const })],
    ['signed with another key', () => ({ signing: 'other-key' as const })],
    ['that was changed after it was signed', () => ({ signing: 'changed-after' as const })],
  ])('%s lets nobody in', async (_what, change) => {
    Object.assign(provider, change());
    const { browser, page } = await signIn();
    expect([page.status, page.text.includes('the answer of Office Login is not good')]).toEqual([403, true]);
    expect([await isSignedIn(browser), await found('petra')]).toEqual([false, null]);
    expect(console.problems).toHaveLength(1);
  });

  it.each([
    ['another state', 'state', 'another'],
    ['another issuer', 'iss', 'https://evil.example'],
    ['a code that nobody gave', 'code', 'guessed'],
    ['an error', 'error', 'access_denied'],
    ['two states', 'state+', 'another'],
  ])('with %s lets nobody in', async (_what, name, value) => {
    const browser = console.browser();
    const [path = '', text = ''] = (await thereAndBack(browser)).split('?');
    const query = new URLSearchParams(text);
    if (name.endsWith('+')) query.append(name.slice(0, -1), value);
    else query.set(name, value);
    expect((await browser.get(`${path}?${query.toString()}`)).status).toBe(403);
    expect(await isSignedIn(browser)).toBe(false);
  });
});

describe('an answer of the provider that is right', () => {
  eachAnew();

  it('that comes twice lets somebody in once, in the same browser as in another', async () => {
    const browser = console.browser();
    const back = await thereAndBack(browser);
    expect((await browser.get(back)).status).toBe(200);
    const again = await browser.get(back);
    expect([again.status, again.text.includes('was done already')]).toEqual([403, true]);
    const other = console.browser();
    expect((await other.get(back)).status).toBe(403);
    expect(await isSignedIn(other)).toBe(false);
  });

  it('with a code that was used already lets nobody in', async () => {
    const first = console.browser();
    const used = new URLSearchParams((await thereAndBack(first)).split('?')[1]);
    expect((await first.get(`/sign-in/provider/back?${used.toString()}`)).status).toBe(200);
    const second = console.browser();
    const fresh = new URLSearchParams((await thereAndBack(second)).split('?')[1]);
    fresh.set('code', used.get('code') ?? '');
    expect((await second.get(`/sign-in/provider/back?${fresh.toString()}`)).status).toBe(403);
    expect(await isSignedIn(second)).toBe(false);
  });

  it('of somebody else’s sign-in is of no use in this browser', async () => {
    const [attacker, victim] = [console.browser(), console.browser()];
    const back = await thereAndBack(attacker);
    await thereAndBack(victim);
    expect((await victim.get(back)).status).toBe(403);
    expect(await isSignedIn(victim)).toBe(false);
  });
});

describe('whom the provider knows', () => {
  eachAnew();
  it('is refused with no group that has a rule, or with a department that there is not', async () => {
    for (const groups of [[], ['others'], ['lost'], undefined]) {
      provider.person = { sub: '2', preferred_username: 'otto', ...(groups === undefined ? {} : { groups }) };
      const { browser, page } = await signIn();
      expect([page.status, await isSignedIn(browser), await found('otto')]).toEqual([403, false, null]);
    }
    const refused = await console.parts.people.listAudit({ action: 'sign-in-refused', limit: 10 });
    expect(refused.map(({ subject }) => subject)).toEqual(['otto', 'otto', 'otto', 'otto']);
  });

  it('is never taken for somebody who signs in here by the same name', async () => {
    await console.as('administrator', { name: 'anna' });
    provider.person = { sub: '3', preferred_username: 'ANNA', groups: ['staff'] };
    const { browser, page } = await signIn();
    expect([page.status, await isSignedIn(browser)]).toEqual([403, false]);
    expect(page.text).toContain('Somebody signs in here as “ANNA” with a password');
    expect((await found('anna'))?.identity).toBeNull();
  });

  it('stays the same person with another name, and is another one with the same', async () => {
    await signIn();
    const before = await found('petra');
    provider.person = { sub: '1', preferred_username: 'petra.new', groups: ['sales'] };
    await signIn();
    expect((await found('petra.new'))?.id).toBe(before?.id);
    provider.person = { sub: '99', preferred_username: 'petra.new', groups: ['sales'] };
    expect((await signIn()).page.status).toBe(403);
  });

  it('gets role and department anew at each sign-in, and earlier sessions end with the old ones', async () => {
    const { browser: first } = await signIn();
    provider.person = { sub: '1', preferred_username: 'petra', groups: ['legal'] };
    const { browser: second } = await signIn();
    expect(await found('petra')).toMatchObject({ role: 'viewer', departmentId: seeded.Legal.departmentId });
    expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([false, true]);
    provider.person = { sub: '1', preferred_username: 'petra', groups: [] };
    expect((await signIn()).page.status).toBe(403);
    expect(await isSignedIn(second)).toBe(false);
  });

  it('becomes administrator only by a rule that says so, and the log and the audit trail say it', async () => {
    provider.person = { sub: '1', preferred_username: 'petra', groups: ['staff'] };
    await signIn();
    expect([(await found('petra'))?.role, console.problems]).toEqual(['caller', []]);
    provider.person = { sub: '1', preferred_username: 'petra', groups: ['staff', 'administrators'] };
    await signIn();
    expect((await found('petra'))?.role).toBe('administrator');
    expect(console.problems.join()).toContain('petra is an administrator now, by a group of the identity provider');
    const [line] = await console.parts.people.listAudit({ action: 'user-changed', limit: 1 });
    expect([line?.before?.['role'], line?.after?.['role']]).toEqual(['caller', 'administrator']);
  });

  it('stays out once an administrator has disabled them here', async () => {
    await signIn();
    const user = await found('petra');
    await console.parts.people.changeUser(user?.id ?? 0, { isEnabled: false }, null);
    const { browser, page } = await signIn();
    expect([page.status, await isSignedIn(browser)]).toEqual([403, false]);
  });

  it('has no password here, and gets none', async () => {
    await signIn();
    const administrator = await console.as('administrator');
    const id = (await found('petra'))?.id ?? 0;
    expect((await administrator.get(`/users/${id}`)).text).not.toContain('Make a new link');
    expect((await administrator.post(`/users/${id}/invite`)).status).toBe(403);
    const browser = console.browser();
    await browser.get('/sign-in');
    expect((await browser.post('/sign-in', { name: 'petra', password: '' })).status).toBe(403);
  });
});

describe('while the provider is away', () => {
  eachAnew();
  it('who has a password signs in with it, and the page says so; it works again once it is back', async () => {
    await provider.pause();
    const browser = console.browser();
    const page = await browser.get('/sign-in/provider');
    expect([page.status, page.text.includes('Office Login cannot be reached now')]).toEqual([503, true]);
    expect(await isSignedIn(await console.as('administrator'))).toBe(true);
    await provider.resume();
    expect((await signIn()).page.status).toBe(200);
  });

  it('it may go between there and back', async () => {
    const browser = console.browser();
    const back = await thereAndBack(browser);
    await provider.pause();
    expect((await browser.get(back)).status).toBe(403);
    expect(await isSignedIn(browser)).toBe(false);
    await provider.resume();
  });
});

describe('signing out', () => {
  eachAnew();
  it('ends the session here, and shows the way to sign out there', async () => {
    const { browser } = await signIn('/you');
    await browser.get('/you');
    const page = await browser.post('/sign-out');
    expect([page.path, await isSignedIn(browser)]).toEqual(['/signed-out', false]);
    const link = new URL((/href="([^"]*\/sign-out\?[^"]*)"/.exec(page.text)?.[1] ?? '').replaceAll('&amp;', '&'));
    expect([link.origin, link.searchParams.get('client_id')]).toEqual([provider.issuer, 'console']);
    expect(link.searchParams.get('post_logout_redirect_uri')).toBe(`${console.origin}/sign-in`);
  });

  it('of somebody with a password leads to the sign-in page', async () => {
    const browser = await console.as('reporter');
    await browser.get('/you');
    expect((await browser.post('/sign-out')).path).toMatch(/^\/sign-in/);
  });
});

describe('what is written down', () => {
  eachAnew();

  it('no token, secret or code of the provider stands in the log or in the audit trail', async () => {
    for (const signing of ['other-key', 'none', 'RS256'] as const) {
      provider.signing = signing;
      await signIn();
    }
    const text = [JSON.stringify(await console.parts.people.listAudit({ limit: 100 })), ...console.problems].join('\n');
    for (const asked of provider.asked) {
      for (const name of ['code', 'code_verifier']) expect(text).not.toContain(asked.get(name) ?? 'x'.repeat(9));
    }
    expect(text).not.toMatch(/eyJ|a secret of the console/);
  });
});
