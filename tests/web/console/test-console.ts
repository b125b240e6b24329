import { pricingRules } from '../../../src/controller/pricing-rules.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { consoleRecord } from '../../../src/controller/console-record.ts';
import { sumsFrom } from '../../../src/controller/console-sums.ts';
import { deskOf } from '../../../src/reports/desk.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { guideOf } from '../../../src/controller/console-guide.ts';
import { consoleParts } from '../../../src/controller/console-parts.ts';
import { shownSettings } from '../../../src/controller/shown-settings.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { openSharedStore } from '../../../src/store/sqlite/shared-store.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import { hashPassword } from '../../../src/web/access/password.ts';
import { startConsole } from '../../../src/web/console.ts';
import type { Health } from '../../../src/web/health.ts';
import type { ConsoleParts } from '../../../src/web/parts.ts';
import { newUser } from '../../../src/web/new-user.ts';
import type { Route } from '../../../src/web/route.ts';
import { systemClock, type Clock } from '../../../src/words/clock.ts';
import { scopes as everyScope, type ConsoleUser, type Role, type Scope } from '../../../src/words/console.ts';
import type { AccountSetByHand, AccountWish, EndedByHand, LiveCall } from '../../../src/words/live-call.ts';
import { hashOf } from '../../../src/web/access/secrets.ts';
import { newToken } from '../../../src/web/access/tokens.ts';
import { openProgram, type Program } from '../api/program.ts';
import { openBrowser, type Browser } from './browser.ts';

export type TestConsole = {
  origin: string;
  /** The local file. */
  file: string;
  store: LocalStore;
  parts: ConsoleParts;
  /** What the thread that serves calls would answer. */
  live: LiveCall[];
  cutOff: string[];
  /** Who was to pay for which call, and what the thread that serves calls answers to that. */
  wishes: AccountWish[];
  cameOf: { set: AccountSetByHand };
  problems: string[];
  browser(): Browser;
  /** Somebody who is signed in. */
  as(role: Role, more?: { departmentId?: number | null; name?: string; extension?: string }): Promise<Browser>;
  /** A program of somebody, with these scopes. */
  program(role: Role, more?: ProgramOptions): Promise<Program>;
  dispose(): Promise<void>;
};

type ProgramOptions = { departmentId?: number | null; name?: string; scopes?: readonly Scope[]; expiresAtMs?: number };

export const password = 'correct horse battery';

/** Nobody listens there. */
const listening = { host: '127.0.0.1', port: 9, accepted: 3, refused: 0 };

const healthy: Health = {
  ...{
    draining: false,
    liveCalls: 0,
    lostCalls: 0,
    unwrittenRecords: 0,
    cdrs: {},
    sqlServer: null,
    checks: [],
    warnings: [],
  },
};

/** A real console over HTTP on a real local store, with calls that the test makes up. */
export async function startTestConsole(
  options: { flags?: Record<string, string>; clock?: Clock; routes?: readonly Route[] } = {},
): Promise<TestConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-console-'));
  const config = loadConfig({
    file: null,
    env: {},
    flags: { 'data.dir': folder, 'controller.name': 'one', ...options.flags },
  });
  const file = join(folder, 'billing-codes.db');
  const store = await openLocalStore({ file, rules: pricingRules(config) });
  const local = openSharedStore({ file, writer: store.shareWriter(), rules: pricingRules(config) });
  const reports = openLocalReports(file);
  const deliveries = openDeliveries(file);
  const [live, cutOff, problems]: [LiveCall[], string[], string[]] = [[], [], []];
  const wishes: AccountWish[] = [];
  const cameOf: { set: AccountSetByHand } = { set: { kind: 'set' } };
  const controller: ConsoleParts['controller'] = {
    live: () => Promise.resolve(live),
    setAccount: (wish) => {
      wishes.push(wish);
      return Promise.resolve(cameOf.set);
    },
    health: () => Promise.resolve(healthy),
    listening: () => Promise.resolve(listening),
    cutOff: (callId) => {
      cutOff.push(callId);
      return Promise.resolve<EndedByHand>(live.some((call) => call.callId === callId) ? 'ended' : 'not-here');
    },
  };
  const made = await consoleParts(
    { config, settings: shownSettings(config, new Map()) },
    {
      local,
      record: consoleRecord(config, { local, reports, controller }),
      controller,
      deliveries,
      sums: sumsFrom(reports, zoneNamed(config.site.timeZone)),
      reports: deskOf(reports, { site: config.site, warn: (text) => problems.push(text) }),
      guide: guideOf(config, controller),
      problem: (text) => problems.push(text),
    },
  );
  const parts: ConsoleParts = { ...made, clock: options.clock ?? systemClock };
  const { trustedProxies } = config.console;
  const server = await startConsole({ host: '127.0.0.1', port: 0, trustedProxies }, parts, options.routes);
  const origin = `http://127.0.0.1:${server.address().port}`;
  const passwordHash = await hashPassword(password);
  const add = async (user: Partial<ConsoleUser> & { name: string; role: Role }): Promise<void> => {
    const entry = {
      atMs: 0,
      who: 'test',
      address: '',
      action: 'user-added',
      subject: user.name,
      before: null,
      after: null,
    } as const;
    await local.addUser({ ...newUser(user.name, Date.now()), ...user, passwordHash }, entry);
    parts.firstRun.secret = null;
  };
  return {
    ...{ origin, file, store, parts, live, cutOff, wishes, cameOf, problems },
    browser: () => openBrowser(origin),
    async as(role, more = {}) {
      const name = more.name ?? role;
      if ((await local.findUser(name)) === null) await add({ name, role, departmentId: null, ...more });
      const browser = openBrowser(origin);
      await browser.get('/sign-in');
      const page = await browser.post('/sign-in', { name, password });
      if (browser.cookie('billing-session') === null) throw new Error(`not signed in: ${page.text}`);
      return browser;
    },
    async program(role, { name = role, departmentId = null, scopes = everyScope, expiresAtMs = Infinity } = {}) {
      if ((await local.findUser(name)) === null) await add({ name, role, departmentId });
      const userId = (await local.findUser(name))?.id ?? 0;
      const token = newToken();
      await local.addToken(
        {
          ...{ userId, name: 'test', tokenHash: hashOf(token), scopes, createdAtMs: Date.now() },
          ...{ expiresAtMs: Math.min(expiresAtMs, Date.now() + 60_000_000), usedAtMs: null, revokedAtMs: null },
        },
        { ...{ atMs: 0, who: 'test', address: '', action: 'token-added', subject: '' }, before: null, after: null },
      );
      return openProgram(origin, token);
    },
    async dispose() {
      await server.close();
      deliveries.close();
      await reports.close();
      local.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
