import type { Database } from 'better-sqlite3';
import type { FirstCall } from '../../../words/watched-call.ts';

export type WatchOperations = { noteDestinations: { input: readonly FirstCall[]; result: null } };

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareWatch(db: Database) {
  const note = db.prepare<[FirstCall]>(
    `INSERT OR IGNORE INTO watched_destinations (party, party_id, destination, called_at)
VALUES (@party, @id, @destination, @calledAtMs)`,
  );
  return {
    noteDestinations(first: readonly FirstCall[]): null {
      for (const one of first) note.run(one);
      return null;
    },
  };
}
