import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../words/call-record.ts';
import type { Measured } from './measured.ts';

/** What calls tell as they go. All of it answers at once. */
export type CallMeter = {
  /** A call has reached a state of call/state.ts; `atMs`: monotonic. */
  reached: (callId: string, state: string, atMs: number) => void;
  /** A call is no longer served. */
  over: (callId: string) => void;
  ended: (record: CallRecord) => void;
};

export type Metrics = {
  calls: CallMeter;
  /** In Prometheus' text format. */
  text: () => Promise<string>;
};

/** Seconds. Of what a machine does, and of what people do. */
const ofMachines = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ofPeople = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120];

/** A state in which the machine, and no person, is at work. */
const isOurs = (state: string): boolean => ['checking-code', 'deciding', 'recording'].includes(state);

/**
 * `measured` is asked for whatever is not told, with each scrape. What is told costs a call some microseconds; a scrape takes about a
 * millisecond of the thread that serves calls.
 */
export function createMetrics(measured: () => Promise<Measured>): Metrics {
  const registry = new Registry();
  const show = levels(registry);
  const calls = callMeter(registry);
  return {
    calls: calls.meter,
    async text() {
      show(await measured());
      calls.show();
      return registry.metrics();
    },
  };
}

/** `GET /metrics` */
export function metricsRoute(server: FastifyInstance, { text }: Metrics): void {
  server.get('/metrics', async (_request, reply) =>
    reply.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(await text()),
  );
}

type Underway = { state: string; sinceMs: number; keyedAtMs: number | null; decisionMs: number };

function callMeter(registry: Registry): { meter: CallMeter; show: () => void } {
  const underway = new Map<string, Underway>();
  const told = callMetrics(registry);

  function left({ state, sinceMs }: Underway, atMs: number): void {
    const seconds = (atMs - sinceMs) / 1000;
    if (state === 'collecting') told.keying.observe(seconds);
    if (state === 'recording') told.recording.observe(seconds);
    if (state === 'connecting') told.ringing.observe(seconds);
  }

  function reached(callId: string, state: string, atMs: number): void {
    const before = underway.get(callId) ?? { state: 'new', sinceMs: atMs, keyedAtMs: null, decisionMs: 0 };
    left(before, atMs);
    if (state === 'ended') {
      underway.delete(callId);
      return;
    }
    const wasDeciding = before.state === 'checking-code' || before.state === 'deciding';
    const decisionMs = before.decisionMs + (wasDeciding ? atMs - before.sinceMs : 0);
    if (wasDeciding && state !== 'checking-code' && state !== 'deciding') told.decision.observe(decisionMs / 1000);
    if (state === 'connecting' && before.keyedAtMs !== null) told.bridge.observe((atMs - before.keyedAtMs) / 1000);
    const keyedAtMs = before.state === 'collecting' ? atMs : before.keyedAtMs;
    underway.set(callId, {
      ...{ state, sinceMs: atMs },
      ...{ keyedAtMs: isOurs(state) ? keyedAtMs : null, decisionMs: isOurs(state) ? decisionMs : 0 },
    });
  }

  return {
    meter: { reached, over: (callId) => void underway.delete(callId), ended: told.ended },
    show() {
      told.inProgress.reset();
      for (const { state } of underway.values()) told.inProgress.inc({ state });
    },
  };
}

function callMetrics(registry: Registry) {
  const of = (name: string, help: string) => ({ name: `billing_${name}`, help, registers: [registry] });
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ ...of(name, help), buckets });
  const calls = new Counter({
    ...of('calls_total', 'Calls that ended, as this controller saw it'),
    labelNames: ['outcome', 'reason', 'entry', 'call_type'],
  });
  const billable = new Counter({
    ...of('call_billable_seconds_total', 'Billable time of calls that ended'),
    labelNames: ['call_type'],
  });
  const estimated = new Counter(
    of('calls_estimated_total', 'Calls whose end was not seen: their billable time is a guess'),
  );
  return {
    inProgress: new Gauge({
      ...of('calls_in_progress', 'Calls that are being served, by the state they are in'),
      labelNames: ['state'],
    }),
    keying: histogram('call_keying_seconds', 'From a question to the end of what is keyed, prompts included', ofPeople),
    decision: histogram('call_decision_seconds', 'From the end of what is keyed to the decision', ofMachines),
    recording: histogram(
      'call_recording_seconds',
      'From the decision until the open call record is on the disk',
      ofMachines,
    ),
    bridge: histogram(
      'call_bridge_delay_seconds',
      'From the end of what is keyed until the bridge is sent',
      ofMachines,
    ),
    ringing: histogram('call_ringing_seconds', 'From the bridge to the answer, or the end of the attempt', ofPeople),
    ended: ({ outcome, reason, entry, callType, billableMs, estimated: guessed }: CallRecord): void => {
      calls.inc({ outcome: outcome ?? '', reason: reason ?? '', entry, call_type: callType ?? '' });
      if (billableMs > 0) billable.inc({ call_type: callType ?? '' }, billableMs / 1000);
      if (guessed) estimated.inc();
    },
  };
}

/** What is looked at with each scrape. */
function levels(registry: Registry): (measured: Measured) => void {
  const shows: ((measured: Measured) => void)[] = [];
  const gauge = (name: string, help: string, of: (measured: Measured) => number | null): void => {
    const metric = new Gauge({ name: `billing_${name}`, help, registers: [registry] });
    shows.push((measured) => {
      const value = of(measured);
      // What is not known has no value, rather than a wrong one.
      if (value === null) metric.remove();
      else metric.set(value);
    });
  };
  const counter = (name: string, help: string, of: (measured: Measured) => number): void => {
    const metric = new Counter({ name: `billing_${name}`, help, registers: [registry] });
    shows.push((measured) => {
      metric.reset();
      metric.inc(of(measured));
    });
  };
  ofProcess(gauge, counter);
  ofStore(gauge, counter);
  shows.push(labelled(registry));
  return (measured) => {
    for (const show of shows) show(measured);
  };
}

type Define<Value> = (name: string, help: string, of: (measured: Measured) => Value) => void;

function ofProcess(gauge: Define<number | null>, counter: Define<number>): void {
  gauge('ready', '1 where new calls are welcome (/readyz)', ({ health }) =>
    !health.draining && health.checks.every(({ problem }) => problem === null) ? 1 : 0,
  );
  gauge('draining', '1 while the controller ends', ({ health }) => (health.draining ? 1 : 0));
  gauge('lost_calls', 'Calls of an earlier run whose end is not known yet', ({ health }) => health.lostCalls);
  gauge('phone_locks', 'Phones that are locked after wrong codes', ({ locks }) => locks);
  gauge('esl_connections', 'Connections from FreeSWITCH that are open', ({ esl }) => esl.open);
  counter('esl_connections_total', 'Connections from FreeSWITCH that were accepted', ({ esl }) => esl.accepted);
  counter('esl_connections_refused_total', 'Connections that were refused', ({ esl }) => esl.refused);
  counter('esl_received_bytes_total', 'Bytes received from FreeSWITCH', ({ esl }) => esl.receivedBytes);
  counter('esl_sent_bytes_total', 'Bytes sent to FreeSWITCH', ({ esl }) => esl.sentBytes);
  counter('process_cpu_seconds_total', 'CPU time of the controller, all threads', ({ process }) => process.cpuSeconds);
  gauge('process_resident_memory_bytes', 'Memory of the controller', ({ process }) => process.residentBytes);
  gauge(
    'process_start_time_seconds',
    'When the controller started, Unix time',
    ({ process }) => process.startedAtMs / 1000,
  );
}

function ofStore(gauge: Define<number | null>, counter: Define<number>): void {
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  gauge('unwritten_records', 'Call records that the disk has not taken yet', ({ health }) => health.unwrittenRecords);
  counter('records_saved_total', 'Call records written to the local file', ({ store }) => store.saved);
  counter('store_commits_total', 'Transactions of the local file that call records took', ({ store }) => store.commits);
  gauge('database_bytes', 'Size of the local file', ({ store }) => store.bytes);
  gauge('disk_free_bytes', 'Free space on the disk of the local file', ({ store }) => store.diskFreeBytes);
  gauge('backup_time_seconds', 'When the newest scheduled backup was taken, Unix time', ({ backupAtMs }) =>
    seconds(backupAtMs),
  );
  gauge('sqlserver_up', '1 while SQL Server is reachable', ({ health }) =>
    health.sqlServer === null ? null : health.sqlServer.link === 'up' ? 1 : 0,
  );
  gauge('copy_age_seconds', 'Age of the copy of the directory', ({ health }) =>
    seconds(health.sqlServer?.copyAgeMs ?? null),
  );
  gauge(
    'outbox_records',
    'Changes of call records that wait for SQL Server',
    ({ health }) => health.sqlServer?.waiting ?? null,
  );
  gauge('outbox_age_seconds', 'How long the oldest of them has been waiting', ({ health, nowMs }) => {
    const since = health.sqlServer?.waitingSince ?? null;
    return since === null ? (health.sqlServer === null ? null : 0) : Math.max(0, nowMs - Date.parse(since)) / 1000;
  });
  gauge(
    'set_aside_records',
    'Call records that SQL Server refused',
    ({ health }) => health.sqlServer?.setAside ?? null,
  );
}

function labelled(registry: Registry): (measured: Measured) => void {
  const of = (name: string, help: string, labelNames: string[]) => ({
    ...{ name: `billing_${name}`, help, labelNames, registers: [registry] },
  });
  const info = new Gauge(of('build_info', 'Always 1; what runs', ['version', 'controller']));
  const problems = new Gauge(of('problem', '1 for each problem and warning of /healthz', ['name']));
  const delay = new Gauge(
    of('event_loop_delay_seconds', 'Delay of the thread that serves calls, since the last scrape', ['level']),
  );
  const cdrs = new Counter(of('cdrs_total', 'CDRs from FreeSWITCH, by what came of them', ['result']));
  const showHooks = ofHooks(of);
  return ({ health, version, controller, eventLoopDelay, hooks }) => {
    showHooks(hooks);
    info.set({ version, controller }, 1);
    problems.reset();
    for (const { name, problem } of [...health.checks, ...health.warnings])
      problems.set({ name }, problem === null ? 0 : 1);
    for (const [level, seconds] of Object.entries(eventLoopDelay)) delay.set({ level }, seconds);
    cdrs.reset();
    for (const [result, count] of Object.entries(health.cdrs)) cdrs.inc({ result }, count);
  };
}

type Labelled = (
  name: string,
  help: string,
  labelNames: string[],
) => { name: string; help: string; labelNames: string[]; registers: Registry[] };

function ofHooks(of: Labelled): (hooks: Measured['hooks']) => void {
  const posts = new Counter(of('webhook_events_total', 'Events of calls for webhooks.targets', ['target', 'result']));
  const waiting = new Gauge(of('webhook_events_waiting', 'Events that a target has not taken yet', ['target']));
  return (hooks) => {
    posts.reset();
    for (const { target, taken, failed, dropped, ...one } of hooks) {
      posts.inc({ target, result: 'taken' }, taken);
      posts.inc({ target, result: 'failed' }, failed);
      posts.inc({ target, result: 'dropped' }, dropped);
      waiting.set({ target }, one.waiting);
    }
  };
}
