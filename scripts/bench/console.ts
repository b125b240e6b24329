import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForWriting } from '../../src/store/sqlite/database.ts';
import { openUpkeep } from '../../src/store/sqlite/reports/hours/upkeep.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { hashOf, newSecret } from '../../src/web/access/secrets.ts';
import { newUser } from '../../src/web/new-user.ts';
import { freePort } from './free-port.ts';
import { openField, type Field, type MeasuredProcess } from './field.ts';
import { percentileOf, showNumber, showSpread, spreadOf, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { usersAt, type PageTimes } from './page-users.ts';
import { fill } from './report-calls.ts';

const users = 50;
const callsPerSecond = 100;
const maximumMs = 100;
const dayMs = 86_400_000;
const thinkMs = 2_000;

type Calls = { delays: number[]; unanswered: number };
type Round = { alone: Calls; watched: Calls; pages: PageTimes };

/** A year of calls up to now, with hours laid by, and an administrator who is signed in. Answers the session's token. */
export async function makeData(
  file: string,
  { calls, accounts }: { calls: number; accounts: number },
): Promise<string> {
  const nowMs = Date.now();
  const fromMs = Math.floor(nowMs / dayMs) * dayMs - 364 * dayMs;
  const db = openForWriting({ file });
  fill(db, calls, { accounts, fromMs });
  db.close();
  const upkeep = openUpkeep(file);
  await upkeep.layBy({ fromMs, untilMs: nowMs }, nowMs);
  upkeep.close();
  const store = await openLocalStore({ file });
  const token = newSecret();
  const entry = { atMs: nowMs, who: 'bench', address: '', subject: 'bench', before: null, after: null };
  const user = { ...newUser('bench', nowMs), role: 'administrator', extension: '201' } as const;
  const { id } = await store.addUser(user, { ...entry, action: 'user-added' });
  const times = { createdAtMs: nowMs, seenAtMs: nowMs };
  await store.openSession(
    { tokenHash: hashOf(token), userId: id, method: 'provider', ...times, address: '', agent: '' },
    { ...entry, action: 'signed-in' },
  );
  await store.close();
  return token;
}

/** Milliseconds from the last digit to the bridge while calls arrive; `meanwhile` runs beside them. */
async function delaysOf(
  { field, controller, seconds }: { field: Field; controller: MeasuredProcess; seconds: number },
  meanwhile: () => Promise<void>,
): Promise<Calls> {
  await controller.ask('delays', null);
  const calls = { port: controller.port, talkMs: 500, perSecond: callsPerSecond, seconds };
  const [{ unanswered }] = await Promise.all([field.callers.ask('arrivals', calls), meanwhile()]);
  return { delays: await controller.ask('delays', null), unanswered };
}

const percentile = (times: readonly number[], percent: number): number =>
  percentileOf(
    times.toSorted((a, b) => a - b),
    percent,
  );

/** Pages of the console for people who read them, over many accounts and calls, while calls are placed. */
export async function consolePages(options: BenchOptions): Promise<Report> {
  const calls = options.calls ?? 10_000_000;
  const accounts = Math.min(1_000_000, Math.ceil(calls / 10));
  const seconds = options.seconds ?? 30;
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const file = join(folder, 'billing-codes.db');
  try {
    options.say(`writing ${calls.toLocaleString('en-US')} calls and ${accounts.toLocaleString('en-US')} accounts …`);
    const token = await makeData(file, { calls, accounts });
    const port = await freePort();
    const settings = { 'data.dir': folder, 'console.port': String(port), 'console.idleMinutes': '1440' };
    const field = await openField(['ours'], settings);
    const rounds: Round[] = [];
    let quiet: PageTimes = new Map();
    const loads: number[] = [];
    try {
      const [controller] = field.controllers;
      if (controller === undefined) throw new Error('there is no controller');
      const browsing = usersAt({ origin: `http://127.0.0.1:${port}`, token, users, thinkMs, calls, accounts });
      quiet = await browsing.alone(10);
      for (const [name, times] of quiet)
        options.say(
          `  ${name}, one user alone: p50 ${showNumber(percentile(times, 50))}, p95 ${showNumber(percentile(times, 95))} ms`,
        );
      for (let round = 0; round <= options.rounds; round += 1) {
        const ground = { field, controller, seconds };
        const alone = await delaysOf(ground, () => Promise.resolve());
        let pages: PageTimes = new Map();
        const watched = await delaysOf(ground, async () => void (pages = await browsing.browse(seconds)));
        // The first round warms up.
        if (round > 0) rounds.push({ alone, watched, pages });
        loads.push(loadavg()[0] ?? 0);
        const all = [...pages.values()].flat();
        options.say(
          `round ${round}: ${all.length} pages, p95 ${showNumber(percentile(all, 95))} ms; load ${loads.at(-1)?.toFixed(1)}`,
        );
        for (const [name, times] of pages)
          options.say(`  ${name}: p95 ${showNumber(percentile(times, 95))} ms of ${times.length}`);
      }
    } finally {
      await field.end();
    }
    return reportOf({ calls, accounts, bytes: statSync(file).size, rounds, loads, quiet });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = { calls: number; accounts: number; bytes: number; rounds: Round[]; loads: number[]; quiet: PageTimes };

function reportOf({ calls, accounts, bytes, rounds, loads, quiet }: Measured): Report {
  const names = [...new Set(rounds.flatMap(({ pages }) => [...pages.keys()]))];
  const of = (name: string, percent: number) =>
    spreadOf(rounds.map(({ pages }) => percentile(pages.get(name) ?? [], percent)));
  const slowest = Math.max(...names.map((name) => of(name, 95).median));
  const delays = (which: 'alone' | 'watched', percent: number) =>
    spreadOf(rounds.map((round) => percentile(round[which].delays, percent)));
  const lostOf = (which: 'alone' | 'watched'): number =>
    rounds.reduce((sum, round) => sum + round[which].unanswered, 0);
  return {
    tables: [
      {
        title: `Milliseconds a page: ${users} users, a page every ${thinkMs / 1000} s each, ${callsPerSecond} calls/s; ${calls.toLocaleString('en-US')} calls, ${accounts.toLocaleString('en-US')} accounts, ${showNumber(bytes / 1e9)} GB`,
        rows: [
          ['page', 'p50', 'p95', 'one user alone, p50', 'p95'],
          ...names.map((name) => [
            name,
            showSpread(of(name, 50)),
            showSpread(of(name, 95)),
            ...[50, 95].map((percent) => showNumber(percentile(quiet.get(name) ?? [], percent))),
          ]),
        ],
      },
      {
        title: 'Last digit to bridge, ms',
        rows: [
          ['', 'p50', 'p99'],
          ['nobody looks', showSpread(delays('alone', 50)), showSpread(delays('alone', 99))],
          [`${users} users`, showSpread(delays('watched', 50)), showSpread(delays('watched', 99))],
        ],
      },
      {
        title: 'Calls that were not answered',
        rows: [
          ['nobody looks', `${users} users`],
          [String(lostOf('alone')), String(lostOf('watched'))],
        ],
      },
      { title: 'Load of the machine', rows: [['load average'], [showSpread(spreadOf(loads))]] },
    ],
    goals: [
      {
        ...{ what: 'calls not answered while pages are read', goal: 'none' },
        ...{ measured: String(lostOf('watched')), met: lostOf('watched') === 0 },
      },
      {
        ...{ what: 'the slowest page, 95th percentile', goal: `at most ${maximumMs} ms` },
        ...{ measured: `${showNumber(slowest)} ms`, met: slowest <= maximumMs },
      },
      {
        ...{ what: 'last digit to bridge with users, p50', goal: 'within 10 % or 1 ms of without' },
        measured: `${showSpread(delays('watched', 50))} beside ${showSpread(delays('alone', 50))} ms`,
        met: delays('watched', 50).median <= Math.max(delays('alone', 50).median * 1.1, delays('alone', 50).median + 1),
      },
    ],
    rounds: {
      quiet: Object.fromEntries(quiet),
      rounds: rounds.map(({ pages, ...rest }) => ({ ...rest, pages: Object.fromEntries(pages) })),
      loads,
    },
  };
}
