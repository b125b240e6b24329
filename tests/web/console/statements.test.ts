import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRequest } from '../../../src/reports/request.ts';
import { contentOf } from '../../../src/reports/write.ts';
import { openIssued } from '../../../src/store/sqlite/reports/issued.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { wallClock, dayText } from '../../../src/reports/period.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
beforeAll(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
});
afterAll(() => console.dispose());

/** All statements of these days, as if they had gone out. */
async function issue(fromMs: number, untilMs: number): Promise<void> {
  const { zone, report: site } = console.parts.site;
  const [from, to] = [fromMs, untilMs].map((atMs) => dayText(wallClock(atMs, zone)));
  const read = readRequest({ name: 'statement', from, to }, Date.now(), { zone, fiscalYearStart: '01-01' });
  if (!read.ok) throw new Error('no request');
  const [source, issued] = [openLocalReports(console.file), openIssued(console.file)];
  const content = await contentOf(read.value, source, {
    ...{ site, warn: () => undefined, onMade: (one) => issued.save({ ...one, sentTo: 'somebody@example.org' }) },
  });
  const written: string[] = [];
  for await (const piece of content) written.push(String(piece));
  expect(written.join('')).toContain(`-A${seeded.Legal.accountId}`);
  issued.close();
  await source.close();
}

describe('statements that went out', () => {
  it('are listed; where a call is moved afterwards, its page and the list say which are wrong now', async () => {
    const { callId } = seeded.Legal;
    const record = await console.store.findCallRecord(callId);
    // Both calls are of the same minute, which may be the first of a day.
    await issue((record?.startedAtMs ?? 0) - 60_000, Date.now());
    const manager = await console.as('manager');
    const list = await manager.get('/reports/statements');
    expect(list.text).toContain('somebody@example.org');
    const numbers = [...list.text.matchAll(/<span class="code">([\d-]+-A\d+)</g)].map(([, number]) => number);
    expect(numbers.length).toBeGreaterThanOrEqual(2);
    const equal = await manager.get('/reports/statements?show=changed');
    expect(equal.text).toContain(`All of ${numbers.length} statements that went out equal their calls.`);
    expect((await manager.get(`/calls/${callId}`)).text).not.toContain('no longer equal their calls');

    await manager.get(`/calls/${callId}`);
    const moved = await manager.post(`/calls/${callId}/move`, { account: 'Sales account', why: 'it was for them' });
    expect(moved.text).toContain('Statements that no longer equal their calls');
    const wrong = await manager.get('/reports/statements?show=changed');
    for (const page of [moved, wrong]) {
      const shown = [...page.text.matchAll(/<span class="code">[\d-]+-(A\d+)</g)].map(([, mark]) => mark);
      expect(shown.sort()).toEqual([`A${seeded.Legal.accountId}`, `A${seeded.Sales.accountId}`].sort());
    }
    // Of another call nothing changed.
    expect((await manager.get('/calls/call-Sales')).text).not.toContain('no longer equal their calls');
  });

  it('are shown to who sees what was sent, and to nobody else', async () => {
    const viewer = await console.as('viewer');
    expect((await viewer.get('/reports/statements')).status).toBe(403);
    expect((await viewer.get(`/calls/${seeded.Legal.callId}`)).text).not.toContain('no longer equal their calls');
  });
});
