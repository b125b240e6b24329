/** What the clocks and the calendar at the site show. */
export type SiteTime = {
  /** `2026-03-08` */
  day: string;
  /** `2026-03` */
  month: string;
  /** 0: Monday. */
  weekday: number;
  minuteOfDay: number;
};

const minuteMs = 60_000;

/**
 * Makes the clock of a site. Within a minute it answers what it answered before: every offset in use today is a whole number of
 * minutes, so that minutes there begin with minutes here.
 */
export function siteClock(timeZone: string): (atMs: number) => SiteTime {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  let last: { minute: number; time: SiteTime } | null = null;

  function read(atMs: number): SiteTime {
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(atMs)) part[type] = value;
    const { year = '', month = '', day = '', hour = '', minute = '' } = part;
    const noon = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), 12));
    return {
      day: `${year}-${month}-${day}`,
      month: `${year}-${month}`,
      weekday: (noon.getUTCDay() + 6) % 7,
      minuteOfDay: Number(hour) * 60 + Number(minute),
    };
  }

  return (atMs) => {
    const minute = Math.floor(atMs / minuteMs);
    if (last?.minute !== minute) last = { minute, time: read(atMs) };
    return last.time;
  };
}
