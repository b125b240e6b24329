import { dayText, wallClock, type Period } from './period.ts';
import { type Zone } from '../words/zone.ts';

/** A picture of more has no room for them. */
const maximumDays = 400;
const dayMs = 86_400_000;

/** Every day of the period, as `2026-03-08`, also those without calls. */
export function daysOf({ fromMs, untilMs }: Period, zone: Zone): string[] {
  const { year, month, day } = wallClock(fromMs, zone);
  const last = dayText(wallClock(untilMs - 1, zone));
  const days: string[] = [];
  for (let at = Date.UTC(year, month - 1, day); days.length < maximumDays; at += dayMs) {
    const text = new Date(at).toISOString().slice(0, 10);
    if (text > last) break;
    days.push(text);
  }
  return days;
}
