import type { Config } from '../config/schema.ts';

/** No report can have this name. */
export const reminderScheduleName = 'reminders of calls without a code';

/** Of everything that the configuration has sent again and again, the names. */
export function scheduledNames({ reports, reminders }: Pick<Config, 'reports' | 'reminders'>): string[] {
  const names = reports.schedules.flatMap((given: { name?: unknown }): string[] =>
    typeof given.name === 'string' ? [given.name] : [],
  );
  return reminders.at === '' ? names : [...names, reminderScheduleName];
}
