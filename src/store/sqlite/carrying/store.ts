import type { Database } from 'better-sqlite3';
import type { MovingStore, TakingStore } from '../../ports/moving-store.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { readMoveState } from './operations.ts';

/** The local file as what is carried over, read on the calling thread and written by the writer's. */
export function movingStore(db: Database, perform: Perform): MovingStore & TakingStore {
  const state = readMoveState(db);
  return {
    moveState: () => reading(db, state),
    noteMove: async (next) => {
      await perform('noteMove', next);
    },
    queueRecords: (limit) => perform('queueRecords', limit),
    switchSource: (to) => perform('switchSource', to),
    takeReratings: (rows) => perform('takeReratings', rows),
    takeHistory: async (what, rows) => {
      await perform('takeHistory', { what, rows });
    },
    takeRecords: async (records) => {
      await perform('takeRecords', records);
    },
    leaveSource: async (highestIds) => {
      await perform('leaveSource', highestIds);
    },
  };
}
