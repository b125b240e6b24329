import type { Result } from './result.ts';
import type { CalendarTime } from './calendar.ts';

/** When calls may begin: `Mon-Fri 08:00-18:00`, in the canonical form in which lists of it are kept. */

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const shape =
  /^(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\s*-\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*)?\s+)?(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/i;
/** What the column of SQL Server has room for (VARCHAR(400)), with the longest items. */
const maximumItems = 18;
const minutesOfDay = 1440;

/** Days from 0, Monday; minutes of the day. A span whose end is not after its beginning ends on the next day. */
type Span = { fromDay: number; untilDay: number; fromMinute: number; untilMinute: number };

function spanOf(item: string): Span | null {
  const [, from, until, ...times] = shape.exec(item) ?? [];
  if (times.length !== 4) return null;
  const [fromHour = 0, fromMinutes = 0, untilHour = 0, untilMinutes = 0] = times.map(Number);
  const [fromMinute, untilMinute] = [fromHour * 60 + fromMinutes, untilHour * 60 + untilMinutes];
  if (fromMinutes > 59 || untilMinutes > 59 || fromMinute >= minutesOfDay || untilMinute > minutesOfDay) return null;
  if (fromMinute === untilMinute) return null;
  const dayOf = (name: string): number => days.findIndex((day) => day === name.toLowerCase());
  const fromDay = from === undefined ? 0 : dayOf(from);
  const untilDay = until !== undefined ? dayOf(until) : from === undefined ? 6 : fromDay;
  return { fromDay, untilDay, fromMinute, untilMinute };
}

const two = (value: number): string => String(value).padStart(2, '0');
const timeText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const dayText = (day: number): string => {
  const name = days[day] ?? '';
  return name.slice(0, 1).toUpperCase() + name.slice(1);
};

function textOf({ fromDay, untilDay, fromMinute, untilMinute }: Span): string {
  const until = untilDay === fromDay ? '' : `-${dayText(untilDay)}`;
  return `${dayText(fromDay)}${until} ${timeText(fromMinute)}-${timeText(untilMinute)}`;
}

/** Times of the week as people type them, `Mon-Fri 08:00-18:00, Sat 9:00-12:00`; without a day, every day. */
export function parseHours(text: string): Result<string[]> {
  const items = new Set<string>();
  for (const typed of text.split(/[,;\r\n]+/)) {
    const item = typed.trim();
    if (item === '') continue;
    const span = spanOf(item);
    if (span === null) {
      const problem = `${JSON.stringify(item.slice(0, 40))} is not a time of the week: write Mon-Fri 08:00-18:00, or 00:00-24:00 for all day`;
      return { ok: false, problem };
    }
    items.add(textOf(span));
  }
  if (items.size > maximumItems) return { ok: false, problem: `more than ${maximumItems} times of the week` };
  return { ok: true, value: [...items] };
}

const isAmong = (day: number, { fromDay, untilDay }: Span): boolean =>
  fromDay <= untilDay ? day >= fromDay && day <= untilDay : day >= fromDay || day <= untilDay;

function isWithin({ weekday, weekdayBefore, minuteOfDay }: CalendarTime, span: Span): boolean {
  const { fromMinute, untilMinute } = span;
  if (fromMinute < untilMinute) return isAmong(weekday, span) && minuteOfDay >= fromMinute && minuteOfDay < untilMinute;
  if (minuteOfDay >= fromMinute) return isAmong(weekday, span);
  return minuteOfDay < untilMinute && isAmong(weekdayBefore, span);
}

/** Whether a call may begin now. What is no time of the week (written past every check) opens nothing. */
export function areOpen(callingHours: readonly string[], now: CalendarTime): boolean {
  if (callingHours.length === 0) return true;
  return callingHours.some((item) => {
    const span = spanOf(item);
    return span !== null && isWithin(now, span);
  });
}
