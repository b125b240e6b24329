import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import type { GuessingBudget } from '../../policy/codes/length.ts';
import type { Directory } from '../../directory/nouns.ts';
import { siteTimeIn } from '../../words/zone.ts';
import type { SiteTime } from '../../words/site-time.ts';
import type { Output } from '../store-command.ts';

/** What the commands that administer the directory work with. */
export type DirectoryContext = Output & {
  store: Directory;
  plan: DialPlan;
  time: SiteTime;
  nowMs: () => number;
  /** By which codes have to be so long (policy/codes/length.ts). */
  guessing: GuessingBudget;
};

export const directoryContext = (
  store: Directory,
  { dialPlan, site, guessing }: Config,
  output: Output,
): DirectoryContext => ({
  ...output,
  ...{ store, guessing, plan: dialPlanOf(dialPlan), time: siteTimeIn(site.timeZone), nowMs: Date.now },
});
