/** A thread that makes reports for people who wait for them. `report-threads.ts` starts it and is its other end. */
import { deskOf } from '../reports/desk.ts';
import { StoreError } from '../store/ports/store-error.ts';
import { loadSqlite } from '../store/sqlite/native.ts';
import { openLocalReports } from '../store/sqlite/reports/reports.ts';
import { insideThread } from '../threads/inside.ts';
import { runBehind } from '../threads/priority.ts';
import { messageOf } from '../words/thrown.ts';
import { zoneNamed } from '../words/zone.ts';
import type { FromReports, ReportAnswer, ReportJob, ReportThreadData, ToReports } from './report-messages.ts';

const thread = insideThread<ReportThreadData, ToReports, FromReports>('report-threads.ts', loadSqlite);
const { file, timeZone, site, nice } = thread.data;
runBehind(nice);
const zone = zoneNamed(timeZone);
const source = openLocalReports(file);
const desk = deskOf(source, { site, warn: (text) => thread.post({ kind: 'problem', text }) });
/** What comes in pieces, until it is over or nobody wants more. */
const open = new Map<number, AsyncIterator<unknown>>();

async function begin(opened: number, job: ReportJob): Promise<ReportAnswer> {
  switch (job.what) {
    case 'page':
      return { kind: 'page', page: await desk.page({ ...job.request, zone }) };
    case 'content': {
      const { request, format, checksNames } = job;
      const made = await desk.content({ request: { ...request, zone }, format }, checksNames);
      if (made.ok) open.set(opened, made.value[Symbol.asyncIterator]());
      return { kind: 'opened', problem: made.ok ? null : made.problem };
    }
    case 'calls':
      open.set(opened, desk.calls(job.query)[Symbol.asyncIterator]());
      return { kind: 'opened', problem: null };
  }
}

async function next(opened: number): Promise<ReportAnswer> {
  const pieces = open.get(opened);
  if (pieces === undefined) throw new StoreError('unavailable', 'The report was cut off: ask for it again.');
  const next = await pieces.next();
  if (next.done !== true) return { kind: 'piece', piece: next.value };
  open.delete(opened);
  return { kind: 'over' };
}

function answerWith(id: number, making: Promise<ReportAnswer>): void {
  making.then(
    (answer) => thread.post({ kind: 'answer', id, answer }),
    (error: unknown) => {
      const code = error instanceof StoreError ? error.code : 'unavailable';
      thread.post({ kind: 'failed', id, code, why: messageOf(error) });
    },
  );
}

thread.onMessage((message) => {
  switch (message.kind) {
    case 'open':
      answerWith(message.id, begin(message.opened, message.job));
      return;
    case 'next':
      answerWith(message.id, next(message.opened));
      return;
    case 'end': {
      const pieces = open.get(message.opened);
      open.delete(message.opened);
      void pieces?.return?.().catch(() => undefined);
      return;
    }
    case 'stop':
      void source.close().finally(thread.close);
  }
});
