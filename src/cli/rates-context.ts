import { parseMoment } from './moment.ts';
import { UsageError } from './usage.ts';
import type { DialPlan } from '../policy/number.ts';
import type { CallType } from '../policy/number.ts';
import type { Store } from '../store/store.ts';

export type RatesContext = {
  store: Store;
  plan: DialPlan;
  freeCallTypes: readonly CallType[];
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  nowMs: () => number;
  /** Who changes prices; kept with the change. */
  user: string;
};

export function momentOption(option: string, text: string): number {
  const moment = parseMoment(text);
  if (!moment.ok) throw new UsageError(`${option}: ${moment.error}`);
  return moment.ms;
}

/** The table named, or the default one; null: there is none. */
export async function tableName(store: Store, named: string | undefined): Promise<string | null> {
  if (named !== undefined) return named.trim();
  return (await store.listRateTables()).find(({ isDefault }) => isDefault)?.name ?? null;
}
