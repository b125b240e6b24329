import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { progressText, startProgress } from '../../../src/cli/progress.ts';
import { reportCommand } from '../../../src/cli/reports/report.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { call, furnish } from '../../reports/site.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';

const { open, aFile } = temporaryStores();

it('a progress bar shows the share that is done, or the count if the total is unknown', () => {
  expect(progressText('Calls', 700, 1000)).toBe(`Calls  ${'█'.repeat(21)}${'░'.repeat(9)}  70 %  700 of 1,000`);
  expect(progressText('Calls', 1_234_567, null)).toBe('Calls  1,234,567');
  expect(progressText('Calls', 0, 0)).toBe('Calls  0');
});

it('a progress bar is drawn only on a terminal, not for short work, not too often, and is removed at the end', () => {
  let nowMs = 0;
  const drawn: string[] = [];
  const terminal = { isTTY: true, write: (text: string) => drawn.push(text) };
  const progress = startProgress(terminal, () => nowMs);
  progress.show('Calls', 1, 4);
  progress.end();
  expect(drawn).toEqual([]);
  nowMs = 600;
  progress.show('Calls', 2, 4);
  nowMs = 620;
  progress.show('Calls', 3, 4);
  progress.show('Calls', 4, 4);
  progress.end();
  expect(drawn.map((text) => /(\d) of 4/.exec(text)?.[1] ?? text)).toEqual(['2', '4', '\r\u001b[K']);
  const piped = startProgress({ ...terminal, isTTY: false }, () => nowMs + 10_000);
  piped.show('Calls', 1, 4);
  expect(drawn).toHaveLength(3);
});

it('a long report shows its progress on stderr, and the report itself is unchanged', async () => {
  const file = aFile();
  const store = await open({ file });
  await furnish(store);
  const calls = Array.from({ length: 2500 }, (_, at) => call(`c${at}`, Date.parse('2026-03-08T12:00:00Z') + at));
  await Promise.all(calls.map((record) => store.save(record)));
  const source = openLocalReports(file);
  const made = async (isTTY: boolean) => {
    const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY })];
    const out: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => out.push(chunk));
    // Each look at the clock is a second later.
    let nowMs = Date.parse('2026-04-10T12:00:00Z');
    const context = { source, timeZone: 'UTC', site: plainSite, nowMs: () => (nowMs += 1000), stdout, stderr };
    expect(await reportCommand(['calls', '--preset', 'last-month', '--format', 'csv'], context)).toBe(0);
    return { out: Buffer.concat(out).toString(), err: String(stderr.read() ?? '') };
  };
  const shown = await made(true);
  expect(shown.err).toContain('40 %  1,000 of 2,500');
  expect(shown.err).toMatch(/100 % {2}2,500 of 2,500.*\r\u001b\[K$/);
  expect(await made(false)).toEqual({ out: shown.out, err: '' });
  await source.close();
});
