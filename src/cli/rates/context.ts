import { dirname, join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import type { CallType } from '../../words/call-type.ts';
import type { CallerNumberSettings } from '../../policy/caller-number.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import type { Store } from '../../store/ports/store.ts';
import { callerNumberOf } from '../../controller/call-settings.ts';
import { databaseFile } from '../../controller/database-file.ts';
import { parseMoment } from '../../directory/moment.ts';
import { siteTimeIn } from '../../words/zone.ts';
import type { SiteTime } from '../../words/site-time.ts';
import type { Output } from '../store-command.ts';
import { loginName } from '../login-name.ts';
import { statementWatch, type StatementWatch } from '../statement-watch.ts';
import { UsageError } from '../usage.ts';

export type RatesContext = Output & {
  store: Store;
  plan: DialPlan;
  freeCallTypes: readonly CallType[];
  /** Which number calls go out with. */
  callerNumber: CallerNumberSettings;
  nowMs: () => number;
  /** Of which dates and times are that say no offset. */
  time: SiteTime;
  /** Its IANA name. */
  timeZone: string;
  /** Who changes prices; stored with the change. */
  user: string;
  /** Where it is kept how the files of a carrier are read. */
  mappingsFolder: string;
  statements: StatementWatch;
};

export const ratesContext = (store: Store, config: Config, output: Output): RatesContext => ({
  ...output,
  ...{
    store,
    plan: dialPlanOf(config.dialPlan),
    freeCallTypes: config.rating.freeCallTypes,
    callerNumber: callerNumberOf(config),
    nowMs: Date.now,
    time: siteTimeIn(config.site.timeZone),
    timeZone: config.site.timeZone,
    user: loginName(),
    statements: statementWatch(config),
    mappingsFolder: join(dirname(databaseFile(config)), 'rate-mappings'),
  },
});

export function momentOption(option: string, text: string, { time }: Pick<RatesContext, 'time'>): number {
  const moment = parseMoment(text, time);
  if (!moment.ok) throw new UsageError(`${option}: ${moment.problem}`);
  return moment.value;
}

/** The table named, or the default one; null: there is none. */
export async function tableName(store: Store, named: string | undefined): Promise<string | null> {
  if (named !== undefined) return named.trim();
  return (await store.listRateTables()).find(({ isDefault }) => isDefault)?.name ?? null;
}
