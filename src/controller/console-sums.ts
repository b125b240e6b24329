import { join } from 'node:path';
import type { ReportSource } from '../reports/report.ts';
import { clockIn, summarize, topOf } from '../reports/summary.ts';
import { StoreError } from '../store/ports/store-error.ts';
import { createQuestions } from '../threads/questions.ts';
import { superviseThread } from '../threads/supervise.ts';
import type { ConsoleParts } from '../web/parts.ts';
import type { Zone } from '../words/zone.ts';

/** Sums for the pages of the console. */

export type Sums = ConsoleParts['sums'];
type Asked = Parameters<Sums>[0];
type Summary = Awaited<ReturnType<Sums>>;

export type ToSums = { kind: 'sum'; id: number; asked: Asked } | { kind: 'stop' };
export type FromSums =
  | { kind: 'summed'; id: number; summary: Summary }
  | { kind: 'not-summed'; id: number; code: StoreError['code']; why: string };
export type SumsThreadData = { file: string; timeZone: string };

/** On the calling thread. */
export const sumsFrom =
  (source: Pick<ReportSource, 'summarize'>, zone: Zone): Sums =>
  ({ limit, ...query }) => {
    const top = topOf(query.groupings, limit);
    return summarize(source.summarize({ ...query, clock: clockIn(zone), ...(top === null ? {} : { top }) }), {
      ...{ groupings: query.groupings, zone },
      ...(limit === undefined ? {} : { limit }),
    });
  };

type SumsThread = { sums: Sums; close(): Promise<void> };

/**
 * From the local file, on threads of their own: no page waits for those of another one, and sums of one payer or phone, or of few days, for none
 * of all calls.
 */
export function sumsThread(data: SumsThreadData): SumsThread {
  const [ofMany, ofFew] = [startThread('sums', data), startThread('sums of few', data)];
  return {
    sums: (asked) => (isOfFew(asked) ? ofFew : ofMany).sums(asked),
    close: async () => {
      await Promise.all([ofMany.close(), ofFew.close()]);
    },
  };
}

/** As long as a day is that has an hour more. */
const fewMs = 25 * 3_600_000;

/** Whose calls are found by an index, as a rule, or those of a day. */
const isOfFew = ({ filters: { accountId, extension }, period }: Asked): boolean =>
  accountId !== undefined || extension !== undefined || period.untilMs - period.fromMs <= fewMs;

function startThread(name: string, data: SumsThreadData): SumsThread {
  const questions = createQuestions<Summary>();
  const thread = superviseThread<ToSums, FromSums>({
    ...{ program: join(import.meta.dirname, 'sums-thread.ts'), name, start: 'needed' },
    data: () => ({ value: data }),
    receive(message) {
      if (message.kind === 'summed') questions.answer(message.id, message.summary);
      else questions.refuse(message.id, new StoreError(message.code, message.why));
    },
    exited: ({ why }) => questions.refuseAll(new StoreError('unavailable', `sums could not be made: ${why}`)),
  });
  return {
    sums: (asked) => questions.ask((id) => thread.post({ kind: 'sum', id, asked })),
    close: () => thread.stop({ kind: 'stop' }),
  };
}
