import { wallClock } from '../period.ts';
import { momentOf } from '../../words/zone.ts';
import type { Zone } from '../../words/zone.ts';
import type { ReportSchedule } from './settings.ts';

/** When something is due, in the site's time zone. */
export type Timed = Pick<ReportSchedule, 'every' | 'on' | 'at'>;

/** The last moment up to `nowMs` at which the schedule was due. */
export function lastDue({ every, on = 1, at }: Timed, nowMs: number, zone: Zone): number {
  const { year, month, day } = wallClock(nowMs, zone);
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const moment = (months: number, days: number) =>
    momentOf(Date.UTC(year, month - 1 + months, days, hour, minute), zone);
  const dueNow = (): [number, number] => {
    switch (every) {
      case 'day':
        return [moment(0, day), moment(0, day - 1)];
      case 'week': {
        const weekday = ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) + 1;
        return [moment(0, day - weekday + on), moment(0, day - weekday + on - 7)];
      }
      case 'month':
        return [moment(0, on), moment(-1, on)];
    }
  };
  const [present, before] = dueNow();
  return present <= nowMs ? present : before;
}

const dayMs = 86_400_000;

/** The first moment after one at which it was due. */
export function nextDue(schedule: Timed, dueAtMs: number, zone: Zone): number {
  let next = dueAtMs;
  for (let days = 1; next <= dueAtMs; days += 1) next = lastDue(schedule, dueAtMs + days * dayMs, zone);
  return next;
}
