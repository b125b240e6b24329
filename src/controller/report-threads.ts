import { join } from 'node:path';
import type { ReportDesk } from '../reports/desk.ts';
import type { ReportedCall } from '../reports/report.ts';
import type { ReportRequest } from '../reports/request.ts';
import { StoreError } from '../store/ports/store-error.ts';
import { haveIndex } from '../store/sqlite/reports/hours-wanted.ts';
import { consoleNice, reportNice, sumsNice } from './nice.ts';
import { superviseThread } from '../threads/supervise.ts';
import { createQuestions } from '../threads/questions.ts';
import type {
  FromReports,
  ReportAnswer,
  ReportJob,
  ReportThreadData,
  SentRequest,
  ToReports,
} from './report-messages.ts';

/**
 * Reports that somebody waits for are made on threads of their own, by how long they can take: lists of calls that an index gives, lists
 * that have to be searched for, pages over some weeks, and everything longer. So whoever asks for a year holds up others who ask for a year. The
 * longer it takes, the further it runs behind.
 */
const lanes = { lists: consoleNice, searches: sumsNice, pages: sumsNice, long: reportNice } as const;
type Lane = keyof typeof lanes;
const laneNames = Object.keys(lanes) as Lane[];

const dayMs = 86_400_000;
const longestPageMs = 32 * dayMs;
/** More are not begun at the same time: whoever asks is told to try again, instead of waiting behind all of them. */
const mostWaiting = 100;

function laneOf(job: ReportJob): Lane {
  switch (job.what) {
    case 'calls':
      return haveIndex(job.query.filters) ? 'lists' : 'searches';
    case 'content':
      return 'long';
    case 'page': {
      const { period, compare } = job.request;
      const longMs = (period.untilMs - period.fromMs) * (compare === true ? 2 : 1);
      return longMs <= longestPageMs ? 'pages' : 'long';
    }
  }
}

export type ReportThreads = ReportDesk & { close(): Promise<void> };

export function reportThreads(data: Omit<ReportThreadData, 'nice'>, problem: (text: string) => void): ReportThreads {
  const threads = Object.fromEntries(laneNames.map((lane) => [lane, startLane(lane, data, problem)])) as Record<
    Lane,
    ReturnType<typeof startLane>
  >;
  const open = (job: ReportJob) => threads[laneOf(job)].open(job);
  return {
    async page(request) {
      const { answer } = await open({ what: 'page', request: sentOf(request) });
      if (answer.kind !== 'page') throw unexpected(answer);
      return answer.page;
    },
    async content({ request, format }, checksNames) {
      const { answer, pieces } = await open({ what: 'content', request: sentOf(request), format, checksNames });
      if (answer.kind !== 'opened') throw unexpected(answer);
      if (answer.problem !== null) return { ok: false, problem: answer.problem };
      return { ok: true, value: pieces() as AsyncGenerator<string | Uint8Array> };
    },
    async *calls(query) {
      const { pieces } = await open({ what: 'calls', query });
      yield* pieces() as AsyncGenerator<readonly ReportedCall[]>;
    },
    close: async () => {
      await Promise.all(laneNames.map((lane) => threads[lane].close()));
    },
  };
}

const sentOf = (request: ReportRequest): SentRequest => ({ ...request, zone: request.zone.name });

const unexpected = ({ kind }: ReportAnswer): Error => new Error(`a report was answered with "${kind}"`);

function startLane(lane: Lane, data: Omit<ReportThreadData, 'nice'>, problem: (text: string) => void) {
  const questions = createQuestions<ReportAnswer>();
  let waiting = 0;
  let lastId = 0;
  const thread = superviseThread<ToReports, FromReports>({
    ...{ program: join(import.meta.dirname, 'report-thread.ts'), name: `report ${lane}`, start: 'needed' },
    data: () => ({ value: { ...data, nice: lanes[lane] } satisfies ReportThreadData }),
    receive(message) {
      if (message.kind === 'problem') problem(message.text);
      else if (message.kind === 'answer') questions.answer(message.id, message.answer);
      else questions.refuse(message.id, new StoreError(message.code, message.why));
    },
    exited: ({ why }) => questions.refuseAll(new StoreError('unavailable', `reports could not be made: ${why}`)),
  });

  /** One piece is asked for once the one before was taken: a slow reader holds up nobody, and nothing piles up. */
  async function* piecesOf(opened: number): AsyncGenerator {
    let isOver = false;
    try {
      for (;;) {
        const answer = await questions.ask((id) => thread.post({ kind: 'next', id, opened }));
        isOver = answer.kind !== 'piece';
        if (answer.kind !== 'piece') return;
        yield answer.piece;
      }
    } finally {
      if (!isOver) thread.post({ kind: 'end', opened });
    }
  }

  return {
    async open(job: ReportJob): Promise<{ answer: ReportAnswer; pieces: () => AsyncGenerator }> {
      if (waiting >= mostWaiting) throw tooMany;
      waiting += 1;
      lastId += 1;
      const opened = lastId;
      try {
        const answer = await questions.ask((id) => thread.post({ kind: 'open', id, opened, job }));
        return { answer, pieces: () => piecesOf(opened) };
      } finally {
        waiting -= 1;
      }
    },
    close: () => thread.stop({ kind: 'stop' }),
  };
}

const tooMany = new StoreError('unavailable', 'Too many reports are being made at once: try again in a moment.');
