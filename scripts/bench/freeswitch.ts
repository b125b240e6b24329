import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startFreeswitch, type Freeswitch } from '../../tests/real/freeswitch/freeswitch.ts';
import { checkSite, sitePorts } from '../../tests/real/freeswitch/requirements.ts';
import { code, keys } from './call-plan.ts';
import { openField, type MeasuredProcess } from './field.ts';
import { addBenchExtensions, deciders, luaScript, type Decider } from './freeswitch-dialplan.ts';
import { watchFsync } from './fsync.ts';
import { percentileOf, ratioOf, showNumber, showSpread, spreadOf, type Goal, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { openPhones, type SipPhones } from './sip-phones.ts';

type Round = {
  decider: Decider;
  p50Ms: number;
  p90Ms: number;
  /** A call, above what FreeSWITCH needs when nobody calls. */
  freeswitchCpuMs: number;
  /** A call; null: nobody but FreeSWITCH decides. */
  controllerCpuMs: number | null;
  fsyncMs: number;
};

const order: readonly Decider[] = ['ours', 'bare', 'lua', 'dialplan'];
const callsPerSecond = 10;
const talkMs = 500;
const maximumAboveMs = 2;
const maximumCpu = 0.25;

/** Last digit to INVITE, and CPU a call, with a real FreeSWITCH. */
export async function freeswitch({ rounds, calls, say }: BenchOptions): Promise<Report> {
  // Beside the end-to-end suite, which has its own ports.
  const env = { BILLING_TEST_PORT_BASE: '27000', ...process.env };
  const { freeswitch: binary, version } = await checkSite(env);
  const ports = sitePorts(env);
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const figures: Round[] = [];
  const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const field = await openField(['ours', 'bare']);
    cleanups.push(() => field.end());
    const [ours, bare] = field.controllers;
    if (ours === undefined || bare === undefined) throw new Error('a controller is missing');
    const controllers: Partial<Record<Decider, MeasuredProcess>> = { ours, bare };
    const server = await startFreeswitch(binary, folder, ports, `127.0.0.1:${ours.port}`);
    cleanups.push(() => server.stop());
    const phones = await openPhones(ports.sip, ports.carrier);
    cleanups.push(() => phones.close());
    await prepare(server, folder, { ours: ours.port, bare: bare.port });
    const pid = Number(readFileSync(join(folder, 'run', 'freeswitch.pid'), 'utf8'));
    const idle = await idleCpu(pid);
    for (let round = 0; round <= rounds; round += 1) {
      for (const decider of order) {
        const measured = await run(
          decider,
          { server, phones, pid, idle, controller: controllers[decider] },
          calls ?? 60,
        );
        // The first round warms up.
        if (round > 0) figures.push(measured);
        say(
          `round ${round}: ${decider} ${showNumber(measured.p50Ms)} ms, ` +
            `FreeSWITCH ${showNumber(measured.freeswitchCpuMs)} ms CPU a call`,
        );
      }
    }
  } finally {
    for (const cleanUp of cleanups.toReversed()) await cleanUp();
  }
  return reportOf(figures, version);
}

async function prepare(server: Freeswitch, folder: string, ports: { ours: number; bare: number }): Promise<void> {
  const database = join(folder, 'lua.db');
  const db = new Database(database);
  // As durable as our own file: one fsync a commit.
  db.pragma('journal_mode = WAL');
  db.exec(`CREATE TABLE accounts (id INTEGER PRIMARY KEY, code TEXT UNIQUE, enabled INTEGER);
    INSERT INTO accounts VALUES (1, '${code}', 1);
    CREATE TABLE call_records (call_id TEXT PRIMARY KEY, account_id INTEGER, code TEXT, number TEXT, started_at INTEGER,
      ended_at INTEGER, cause TEXT);`);
  db.close();
  const script = join(folder, 'bench.lua');
  writeFileSync(script, luaScript(database));
  addBenchExtensions(join(folder, 'conf'), ports, script);
  await server.api('reloadxml');
  const loaded = await server.api('load mod_lua');
  if (!loaded.includes('+OK') && !loaded.includes('already')) {
    throw new Error(`the FreeSWITCH of FREESWITCH_BIN lacks mod_lua, which this case compares with: ${loaded}`);
  }
}

type Place = {
  server: Freeswitch;
  phones: SipPhones;
  pid: number;
  /** Milliseconds of CPU a second. */
  idle: number;
  controller: MeasuredProcess | undefined;
};

async function run(decider: Decider, { server, phones, pid, idle, controller }: Place, calls: number): Promise<Round> {
  const fsyncs = watchFsync(100);
  const startedAt = performance.now();
  const before = { switch: cpuOf(pid), controller: await controller?.ask('usage', { collect: false }) };
  const placed: Promise<number>[] = [];
  for (let call = 0; call < calls; call += 1) {
    const delay = phones.call(deciders[decider].dialled, keys, talkMs);
    // One that stalls is reported below, once all have been placed.
    delay.catch(() => undefined);
    placed.push(delay);
    // Not in step with FreeSWITCH's frames of 20 ms.
    await pause(1000 / callsPerSecond + Math.random() * 20 - 10);
  }
  const delays = (await Promise.all(placed)).toSorted((a, b) => a - b);
  while ((await server.channels()) > 0) await pause(100);
  await pause(500);
  const after = { switch: cpuOf(pid), controller: await controller?.ask('usage', { collect: false }) };
  const seconds = (performance.now() - startedAt) / 1000;
  const fsyncTimes = (await fsyncs.stop()).toSorted((a, b) => a - b);
  return {
    decider,
    p50Ms: percentileOf(delays, 50),
    p90Ms: percentileOf(delays, 90),
    freeswitchCpuMs: (after.switch - before.switch - idle * seconds) / calls,
    controllerCpuMs:
      after.controller === undefined || before.controller === undefined
        ? null
        : (after.controller.cpuMs - before.controller.cpuMs) / calls,
    fsyncMs: percentileOf(fsyncTimes, 50),
  };
}

/** Milliseconds of CPU that a process has used; /proc counts in hundredths of a second (proc_pid_stat(5)). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function idleCpu(pid: number): Promise<number> {
  const before = cpuOf(pid);
  await pause(5000);
  return (cpuOf(pid) - before) / 5;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function reportOf(figures: readonly Round[], version: string): Report {
  const of = (decider: Decider) => figures.filter((round) => round.decider === decider);
  const rows = order.map((decider) => {
    const rounds = of(decider);
    const controller = rounds.flatMap(({ controllerCpuMs }) => (controllerCpuMs === null ? [] : [controllerCpuMs]));
    return [
      deciders[decider].title,
      showSpread(spreadOf(rounds.map(({ p50Ms }) => p50Ms))),
      showSpread(spreadOf(rounds.map(({ p90Ms }) => p90Ms))),
      showSpread(spreadOf(rounds.map(({ freeswitchCpuMs }) => freeswitchCpuMs))),
      showSpread(spreadOf(controller)),
    ];
  });
  const header = ['who decides', 'last digit to INVITE, p50 ms', 'p90 ms', 'FreeSWITCH CPU ms a call', 'controller'];
  return {
    tables: [
      { title: `FreeSWITCH ${version}, ${callsPerSecond} calls a second, digits by SIP INFO`, rows: [header, ...rows] },
      {
        title: 'Beside it',
        rows: [
          ['', 'ms'],
          ['one fsync, p50', showSpread(spreadOf(figures.map(({ fsyncMs }) => fsyncMs)))],
        ],
      },
    ],
    goals: goalsOf(of('ours'), of('bare')),
    rounds: figures,
  };
}

function goalsOf(ours: readonly Round[], bare: readonly Round[]): Goal[] {
  const above = spreadOf(ours.map(({ p50Ms, fsyncMs }, round) => p50Ms - (bare[round]?.p50Ms ?? Number.NaN) - fsyncMs));
  const cpu = ratioOf(
    ours.map(({ controllerCpuMs }) => controllerCpuMs ?? Number.NaN),
    ours.map(({ freeswitchCpuMs }) => freeswitchCpuMs),
  );
  return [
    {
      what: 'last digit to INVITE above bare and one fsync',
      goal: `≤ ${maximumAboveMs} ms`,
      measured: `${showSpread(above)} ms`,
      met: above.median <= maximumAboveMs,
    },
    {
      what: "controller's CPU a call ÷ FreeSWITCH's",
      goal: `≤ ${maximumCpu}`,
      measured: showSpread(cpu),
      met: cpu.median <= maximumCpu,
    },
  ];
}
