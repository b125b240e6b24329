import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import type { Directory } from '../../directory/nouns.ts';
import type { Output } from '../store-command.ts';

/** What the commands that administer the directory work with. */
export type DirectoryContext = Output & { store: Directory; plan: DialPlan; nowMs: () => number };

export const directoryContext = (store: Directory, { dialPlan }: Config, output: Output): DirectoryContext => ({
  ...output,
  ...{ store, plan: dialPlanOf(dialPlan), nowMs: Date.now },
});
