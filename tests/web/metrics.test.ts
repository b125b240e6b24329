import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

const monitoring = join(import.meta.dirname, '..', '..', 'scripts', 'monitoring');

let controller: TestController;
let simulator: Simulator;
beforeAll(async () => {
  controller = await startTestController({ 'http.port': '0', 'controller.name': 'one' });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
});
afterAll(async () => {
  simulator.close();
  await controller.dispose();
});

const scrape = async (): Promise<string> => {
  const { host, port } = controller.webAddress() ?? { host: '', port: 0 };
  const response = await fetch(`http://${host}:${port}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
};

/** Value of a line of the scrape; null: it is not there. */
const valueOf = (text: string, sample: string): number | null => {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? null : Number(line.slice(sample.length + 1));
};

const talk = { kind: 'answers', afterMs: 20, talkMs: 1_200, hangsUp: 'callee' } as const;
const place = async (script: CallScript): Promise<void> => {
  await simulator.placeCall({ outOfKeys: 'hang-up', ...script }).finished;
  await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
};

describe('GET /metrics', () => {
  it('counts calls by outcome, reason, entry and type, and times what callers and machine do', async () => {
    await place({ dialled: '9', keys: ['12345**8016424655#'], farEnd: talk });
    await place({ dialled: '8', keys: ['99999#'] });
    await place({ dialled: '911', keys: [], farEnd: { ...talk, talkMs: 50 } });
    const text = await scrape();
    const calls = (labels: string) => valueOf(text, `billing_calls_total{${labels}}`);
    expect(calls('outcome="answered",reason="",entry="shortcut",call_type="national"')).toBe(1);
    expect(calls('outcome="answered",reason="",entry="direct",call_type="emergency"')).toBe(1);
    expect(calls('outcome="abandoned",reason="caller-hung-up",entry="prompted",call_type=""')).toBe(1);
    const billable = valueOf(text, 'billing_call_billable_seconds_total{call_type="national"}') ?? 0;
    expect(billable).toBeGreaterThan(1.1);
    expect(billable).toBeLessThan(2);
    for (const [name, count] of [
      // An emergency call that was dialled keys nothing, decides nothing, and waits for no disk.
      ['keying', 3],
      ['decision', 2],
      ['recording', 1],
      ['bridge_delay', 1],
      ['ringing', 2],
    ] as const) {
      expect([name, valueOf(text, `billing_call_${name}_seconds_count`)]).toEqual([name, count]);
    }
    expect(valueOf(text, 'billing_esl_connections_total')).toBe(3);
    expect(valueOf(text, 'billing_esl_received_bytes_total')).toBeGreaterThan(5_000);
    expect(valueOf(text, 'billing_records_saved_total')).toBeGreaterThanOrEqual(3);
    expect(valueOf(text, 'billing_ready')).toBe(1);
    expect(valueOf(text, 'billing_disk_free_bytes')).toBeGreaterThan(0);
    expect(valueOf(text, 'billing_build_info{version="0.1.0",controller="one"}')).toBe(1);
    // There is no SQL Server: nothing is said of it.
    expect(valueOf(text, 'billing_copy_age_seconds')).toBeNull();
  });

  it('shows a call that is up in the state it is in, and no more once it is over', async () => {
    const answered = Promise.withResolvers<undefined>();
    const call = simulator.placeCall({
      ...{ dialled: '9', keys: ['12345**8016424655#'], farEnd: talk },
      onDialogue: ({ kind }) => {
        if (kind === 'answered') answered.resolve(undefined);
      },
    });
    await answered.promise;
    await eventually(async () =>
      valueOf(await scrape(), 'billing_calls_in_progress{state="talking"}') === 1 ? true : null,
    );
    await call.finished;
    await eventually(async () => (/^billing_calls_in_progress\{/m.test(await scrape()) ? null : true));
  });

  it('has nothing in it that callers choose or that is secret', async () => {
    const text = await scrape();
    expect(text).not.toMatch(/12345|8016424655/);
  });

  it('names each metric as Prometheus wants it: billing_, base units, counters that end in _total', async () => {
    const types = [...(await scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
    }));
    expect(types.length).toBeGreaterThan(30);
    for (const { name, type } of types) {
      expect(name).toMatch(/^billing_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|kilobytes|megabytes)\b/);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });
});

describe('alert rules and dashboard', () => {
  it.each(['alerts.yml', 'alerts.test.yml', 'dashboard.json'])('of %s name metrics that exist', async (file) => {
    const there = new Set([...(await scrape()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const named = readFileSync(join(monitoring, file), 'utf8').match(/\bbilling_[a-z_]+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    const unknown = named.filter((name) => !there.has(name) && !there.has(name.replace(/_(bucket|sum|count)$/, '')));
    expect(unknown).toEqual([]);
  });

  it('draws every panel from a query, and each metric that people watch is on it', () => {
    const dashboard = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')) as {
      panels: { title: string; type: string; targets?: { expr: string }[] }[];
    };
    for (const { title, type, targets = [] } of dashboard.panels) {
      if (type !== 'row')
        expect([title, targets.every(({ expr }) => expr.includes('billing_')) && targets.length > 0]).toEqual([
          title,
          true,
        ]);
    }
  });
});
