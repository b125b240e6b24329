import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import type { Directory } from '../../directory/nouns.ts';
import { siteTimeIn } from '../../words/zone.ts';
import type { SiteTime } from '../../words/site-time.ts';
import type { Output } from '../store-command.ts';

/** What the commands that administer the directory work with. */
export type DirectoryContext = Output & { store: Directory; plan: DialPlan; time: SiteTime; nowMs: () => number };

export const directoryContext = (store: Directory, { dialPlan, site }: Config, output: Output): DirectoryContext => ({
  ...output,
  ...{ store, plan: dialPlanOf(dialPlan), time: siteTimeIn(site.timeZone), nowMs: Date.now },
});
