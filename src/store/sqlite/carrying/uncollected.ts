import type { Database } from 'better-sqlite3';
import { prepareSet, prepareSetting, prepareUnset } from '../settings.ts';

/** Of the outbox (records/outbox.ts): records are collected. */
export const outboxSetting = 'outbox';

/** Makes a function that does something whose changes do not go back to where they come from: the triggers of the outbox look at this setting. */
export function prepareUncollected(db: Database): (work: () => void) => null {
  const setting = prepareSetting(db);
  const remove = prepareUnset(db);
  const insert = prepareSet(db);
  return (work) => {
    const wasOn = setting.get(outboxSetting) !== undefined;
    if (wasOn) remove.run(outboxSetting);
    work();
    if (wasOn) insert.run(outboxSetting, 'on');
    return null;
  };
}
