import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '../../../src/controller/log.ts';
import { createReportTrouble } from '../../../src/controller/report-trouble.ts';
import { startReporting } from '../../../src/controller/reporting.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { watchStatements, type StatementsChanged } from '../../../src/reports/statements/watch.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { systemClock } from '../../../src/words/clock.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { happens } from '../../support/controller.ts';
import { underLoad } from '../../support/load.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { call } from '../site.ts';
import * as payers from './payers.ts';
import { anna, ben, carl, dayMs, missed, scheduled } from './payers.ts';

/** What of reports /healthz warns of, and an alert follows. */

const stores = temporaryStores();
let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.close());

const problemsOf = ({ warnings }: { warnings: () => { name: string; problem: string | null }[] }) =>
  Object.fromEntries(warnings().flatMap(({ name, problem }) => (problem === null ? [] : [[name, problem]])));

const paid = (id: number) => ({ accountId: id, departmentId: id, calledE164: '+18016424655', billableMs: 60_000 });

/** Statements of yesterday for three payers, which arrived. */
async function issued(): Promise<{ file: string; dueAtMs: number }> {
  const file = await payers.furnished(stores);
  const dueAtMs = missed(file);
  const store = await stores.open({ file });
  for (const id of [1, 2, 3]) await store.save(call(`yesterday ${id}`, dueAtMs - dayMs / 2, paid(id)));
  await store.close();
  const site = payers.running({ file, mailUrl: server.url }, scheduled({ preset: 'yesterday' }));
  expect(await site.until(1)).toEqual(['delivered']);
  await site.stop();
  return { file, dueAtMs };
}

async function comesLate(file: string, dueAtMs: number, ...ids: number[]): Promise<void> {
  const store = await stores.open({ file });
  for (const id of ids) await store.save(call(`late ${id}`, dueAtMs - dayMs / 3, paid(id)));
  await store.close();
}

describe('a scheduled report that does not arrive', () => {
  it('is a problem until it does, without the names of who should have had it', async () => {
    const file = await payers.furnished(stores);
    const dueAtMs = missed(file);
    const trouble = createReportTrouble();
    server.refused.add(ben);
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    await site.until(1);
    for (const event of site.events) trouble.event(event);
    const due = new Date(dueAtMs).toISOString();
    expect(problemsOf(trouble)).toEqual({
      'report-undelivered': `scheduled reports were not delivered: "daily", due ${due}; billing-codes report deliveries --failed says why`,
    });
    server.refused.clear();
    site.later(60_000);
    expect(await site.until(2)).toEqual(['failed', 'delivered']);
    await site.stop();
    for (const event of site.events) trouble.event(event);
    expect(problemsOf(trouble)).toEqual({});
  });

  it('is none any more where nobody wants it', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    server.refused.add(ben);
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    await site.until(1);
    site.unschedule();
    expect(await site.until(2)).toEqual(['failed', 'removed']);
    await site.stop();
    const trouble = createReportTrouble();
    for (const event of site.events) trouble.event(event);
    expect(problemsOf(trouble)).toEqual({});
  });
});

describe('statements that no longer equal their calls', () => {
  it('are seen, and after they were corrected no more', async () => {
    const { file, dueAtMs } = await issued();
    const deliveries = openDeliveries(file);
    const told: StatementsChanged[] = [];
    const problems: string[] = [];
    const waiting: { ms: number; action: () => void }[] = [];
    let aheadMs = 0;
    let isAway = true;
    const watch = watchStatements({
      issued: deliveries.issued,
      openSource: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(openLocalReports(file))),
      clock: {
        ...systemClock,
        monotonicMs: () => aheadMs,
        after(ms, action) {
          waiting.push({ ms, action });
          return () => undefined;
        },
      },
      tell: (changed) => told.push(changed),
      problem: (text) => problems.push(text),
    });
    const next = async (expectedMs: number): Promise<void> => {
      await happens(() => waiting.length > 0);
      const [due] = waiting.splice(0);
      expect(due?.ms).toBe(expectedMs);
      aheadMs += expectedMs;
      due?.action();
      await happens(() => waiting.length > 0);
    };
    await happens(() => problems.length > 0);
    isAway = false;
    await next(600_000);
    await next(6 * 3_600_000);
    expect(told).toEqual([null, null]);
    expect(problems).toEqual(['statements that went out could not be compared with their calls: away']);
    await comesLate(file, dueAtMs, 1, 3);
    await next(6 * 3_600_000);
    const [first] = deliveries.issued.standing();
    expect(told.at(-1)).toEqual({ count: 2, latest: first?.number });
    // Whoever corrects one does not wait six hours.
    for (const one of deliveries.issued.standing().filter(({ calls, name }) => calls === 1 && name !== 'Client 2')) {
      deliveries.issued.save({ ...one, number: `${one.number}-2`, corrects: one.number, issuedAtMs: Date.now() });
      await next(600_000);
    }
    expect(told.slice(-2)).toEqual([{ count: 1, latest: expect.any(String) }, null]);
    await watch.stop();
    deliveries.close();
  });
});

describe('the reporting thread', () => {
  const none = () => undefined;
  const log: Log = { error: none, warn: none, info: none, debug: none, writes: () => false, setLevel: none };

  it('has both known to whoever asks for health', async () => {
    const { file, dueAtMs } = await issued();
    await comesLate(file, dueAtMs, 2);
    missed(file, 'weekly');
    for (const address of [anna, ben, carl]) server.refused.add(address);
    const reporting = startReporting({
      ...{ file, sqlServer: null, controller: { name: 'one', host: 'here', folder: '/data' }, timeZone: 'UTC' },
      ...{ site: plainSite, schedules: [scheduled({ name: 'weekly' })], log },
      mail: { url: server.url, from: 'billing@example.org' },
      reminders: { at: '', consoleUrl: '', deadlineDays: 7, escalateTo: [] },
      // It waits until calls are served: not here.
      clock: { ...systemClock, after: (ms, action) => systemClock.after(ms === 10_000 ? 1 : ms, action) },
    });
    await happens(() => Object.keys(problemsOf(reporting)).length === 2, underLoad(20_000));
    expect(problemsOf(reporting)).toEqual({
      'report-undelivered': expect.stringContaining('"weekly"'),
      'statements-changed': expect.stringMatching(
        /^statement \S+-A2 no longer equals its calls, after it had gone out: billing-codes report statements --changed$/,
      ),
    });
    await reporting.stop();
  });
});
