import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginCallWith } from '../../src/call/begin-call.ts';
import { callerPhone } from '../../src/call/caller-phone.ts';
import { createLastCodes } from '../../src/call/last-codes.ts';
import type { CallEvent } from '../../src/call/machine/events.ts';
import type { CallLimits } from '../../src/call/ports.ts';
import { createQuestions, type Questions } from '../../src/call/questions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sessionSettings } from '../../src/controller/call-settings.ts';
import { watchGuesses } from '../../src/controller/guesses.ts';
import { limitsOf, openBooks, tellingBooks } from '../../src/controller/limits.ts';
import { createLog } from '../../src/controller/log.ts';
import { openWatch } from '../../src/controller/watch.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { callRecordOf, type CallRecord } from '../../src/words/call-record.ts';
import { systemClock as clock } from '../../src/words/clock.ts';
import type { Account } from '../../src/words/directory.ts';
import { fillDirectory, firstCode, firstExtension } from './directory.ts';
import { percentileOf, showNumber, showSpread, spreadOf, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';

const accounts = 1_000_000;
const extensions = 1_000;
/** Calls that are up while others are decided, and that are written at once. */
const callsUp = 500;
const kinds = ['without limits', 'with limits'] as const;
type Kind = (typeof kinds)[number];

/** `perSecond`: of this thread's CPU time, so that what else the machine does counts little. */
type Decided = { perSecond: number; p50Ms: number; p99Ms: number };
type Round = Record<Kind, Decided> & { durable: number };

/**
 * Decisions about calls (account, phone, restrictions, price, limits, watch) as the thread that serves calls makes them, one after
 * another; and how many calls a second are reserved and settled in the file.
 */
export async function decisions({ rounds, calls, say }: BenchOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const count = calls ?? 50_000;
  try {
    const file = join(folder, 'billing-codes.db');
    say(`writing ${accounts.toLocaleString('en-US')} accounts …`);
    await fillDirectory(file, { accounts, extensions });
    const ground = await openGround(await openLocalStore({ file }));
    const all: Round[] = [];
    try {
      for (let round = 0; round <= rounds; round += 1) {
        const measured = {
          'without limits': await decide(ground, 'without limits', count),
          'with limits': await decide(ground, 'with limits', count),
          durable: await reserveAndSettle(ground, Math.ceil(count / 5)),
        };
        // The first round warms up.
        if (round > 0) all.push(measured);
        const decided = kinds.map((kind) => `${kind} ${showNumber(measured[kind].perSecond)} a CPU second`);
        say(`round ${round}: ${decided.join(', ')}; reserved and settled ${showNumber(measured.durable)}/s`);
      }
    } finally {
      await ground.close();
    }
    return reportOf(all);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ground = {
  store: LocalStore;
  limits: CallLimits;
  ask: (callId: string, extension: string) => Questions;
  close(): Promise<void>;
};

/** As the controller puts it together. */
async function openGround(opened: LocalStore): Promise<Ground> {
  const config = loadConfig({ file: null, env: {}, flags: {} });
  const log = createLog({ ...config.log, stream: process.stderr });
  const nowMs = clock.nowMs();
  const books = await openBooks(config, opened, nowMs, () => openWatch(config, opened, nowMs));
  const nothing = (): void => undefined;
  const store = tellingBooks(opened, books, config, () => clock.nowMs(), nothing);
  const limits = limitsOf(books, store, config);
  const guesses = watchGuesses({ config, store, clock, log, tell: nothing });
  const settings = sessionSettings(config);
  const shared = {
    ...{ directory: store, rates: store, settings, staleRule: () => null, lastCodes: createLastCodes() },
    watch: { guard: guesses.guard, clock, keepKeys: nothing },
  };
  return {
    ...{ store, limits },
    ask: (callId, extension) =>
      createQuestions({
        ...shared,
        phone: callerPhone(extension, store),
        caller: { entry: 'shortcut', extension, switchName: 'fs1' },
        begin: beginCallWith({ callId, limits, clock, settings, isOver: () => false }),
      }),
    async close() {
      guesses.stop();
      await store.close();
    },
  };
}

/** One of so many, another one each time, and the same ones in every run: Knuth's multiplicative hash. */
const pick = (at: number, among: number): number => (Math.imul(at, 2_654_435_761) >>> 8) % among;

const areas = ['212', '305', '312', '415', '602', '702', '801', '808', '907', '917'];

/** A tenth of them abroad. */
const numberOf = (at: number): string =>
  at % 10 === 0
    ? `0114420${70_000_000 + pick(at, 9_999_999)}`
    : `${areas[pick(at, areas.length)] ?? ''}555${1000 + (at % 9000)}`;

/** Of calls of all rounds. */
let decided = 0;

type Call = { callId: string; account: Account; allowed: NumberAllowed };
type NumberAllowed = CallEvent & { type: 'number-allowed' };

async function decideOne({ limits, ask }: Ground, kind: Kind): Promise<Call> {
  const at = (decided += 1);
  const half = accounts / 2;
  const code = String(firstCode + (kind === 'with limits' ? half : 0) + pick(at, half));
  const callId = `bench-${at}`;
  const questions = ask(callId, String(firstExtension + pick(at, extensions)));
  const checked = await questions.code(code, 'pays');
  if (checked.type !== 'code-accepted') throw new Error(`the code ${code} was refused`);
  const { account } = checked;
  const wanted = { account, authorizer: null, isFresh: true, forwarded: false, codeLater: false };
  const allowed = await questions.number({ type: 'decide', ...wanted, number: numberOf(at) });
  if (allowed.type !== 'number-allowed') throw new Error(`${numberOf(at)} was refused`);
  limits.placed(callId);
  return { callId, account, allowed };
}

async function decide(ground: Ground, kind: Kind, count: number): Promise<Decided> {
  const times: number[] = [];
  const up: string[] = [];
  const before = process.threadCpuUsage();
  for (let at = 0; at < count; at += 1) {
    const beganMs = performance.now();
    const { callId } = await decideOne(ground, kind);
    times.push(performance.now() - beganMs);
    up.push(callId);
    if (up.length > callsUp) ground.limits.drop(up.shift() ?? '');
  }
  const { user, system } = process.threadCpuUsage(before);
  for (const callId of up) ground.limits.drop(callId);
  const sorted = times.toSorted((one, other) => one - other);
  const perSecond = (count * 1e6) / (user + system);
  return { perSecond, p50Ms: percentileOf(sorted, 50), p99Ms: percentileOf(sorted, 99) };
}

/** Calls a second: the record of each as it is placed, with what it reserves, and as it ends. */
async function reserveAndSettle(ground: Ground, count: number): Promise<number> {
  const { store } = ground;
  const calls: CallRecord[] = [];
  for (let at = 0; at < count; at += 1) calls.push(placedRecord(await decideOne(ground, 'with limits')));
  const beganMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let record = calls[next++]; record !== undefined; record = calls[next++]) {
      await store.save(record);
      await store.save(endedRecord(record));
    }
  };
  await Promise.all(Array.from({ length: callsUp }, lane));
  return (count * 1000) / (performance.now() - beganMs);
}

function placedRecord({ callId, account, allowed: { number, rule } }: Call): CallRecord {
  const nowMs = clock.nowMs();
  return callRecordOf({
    ...{ callId, calleeLegId: `${callId}-callee`, switchName: 'fs1', controller: 'bench', entry: 'shortcut' },
    ...{ extension: String(firstExtension), callerName: 'Caller', accountId: account.id, code: account.code },
    ...{ accountName: account.name, keyedNumber: number.dial, calledNumber: number.dial, calledE164: number.e164 },
    ...{ callType: number.callType, rule, startedAtMs: nowMs - 9_000, decidedAtMs: nowMs, bridgedAtMs: nowMs },
  });
}

const endedRecord = (record: CallRecord): CallRecord => ({
  ...{ ...record, outcome: 'answered', hangupCause: 'NORMAL_CLEARING', closedBy: 'event', billableMs: 61_000 },
  ...{ answeredAtMs: record.startedAtMs + 12_000, endedAtMs: record.startedAtMs + 73_000 },
});

const goals = { perSecond: 50_000, p99Ms: 0.2, durable: 5_000 } as const;

function reportOf(rounds: readonly Round[]): Report {
  const of = (kind: Kind, what: keyof Decided) => spreadOf(rounds.map((round) => round[kind][what]));
  const durable = spreadOf(rounds.map((round) => round.durable));
  const rows = kinds.map((kind) => [
    kind,
    ...(['perSecond', 'p50Ms', 'p99Ms'] as const).map((what) => showSpread(of(kind, what))),
  ]);
  const [{ median: perSecond }, { median: p99Ms }] = [of('with limits', 'perSecond'), of('with limits', 'p99Ms')];
  return {
    tables: [
      {
        title: `Decisions, ${accounts.toLocaleString('en-US')} accounts, ${callsUp} calls up`,
        rows: [['accounts', 'a CPU second', 'p50, ms', 'p99, ms'], ...rows],
      },
      { title: 'Reserved and settled in the file', rows: [['calls a second'], [showSpread(durable)]] },
    ],
    goals: [
      {
        ...{ what: 'decisions with limits', goal: `≥ ${goals.perSecond.toLocaleString('en-US')} a CPU second` },
        ...{ measured: showNumber(perSecond), met: perSecond >= goals.perSecond },
      },
      {
        ...{ what: 'decisions with limits, p99', goal: `≤ ${goals.p99Ms} ms` },
        ...{ measured: `${showNumber(p99Ms)} ms`, met: p99Ms <= goals.p99Ms },
      },
      {
        ...{ what: 'calls reserved and settled', goal: `≥ ${goals.durable.toLocaleString('en-US')}/s` },
        ...{ measured: `${showNumber(durable.median)}/s`, met: durable.median >= goals.durable },
      },
    ],
    rounds,
  };
}
