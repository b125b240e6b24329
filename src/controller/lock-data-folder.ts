import { hostname } from 'node:os';
import type { Config } from '../config/schema.ts';
import { lockFolder, type FolderLock } from '../store/sqlite/folder-lock.ts';
import { makeFolder } from '../store/sqlite/make-folder.ts';
import type { Clock } from '../words/clock.ts';
import { cannotOpen } from './database-file.ts';

/** Two controllers on one folder would each take the other's live calls for lost ones. */
export function lockDataFolder(config: Config, clock: Clock): FolderLock {
  const { data, controller } = config;
  try {
    makeFolder(data.dir);
  } catch (error) {
    throw cannotOpen(config, error);
  }
  const since = new Date(clock.nowMs()).toISOString();
  return lockFolder(data.dir, `${controller.name}, process ${process.pid} on ${hostname()}, since ${since}`);
}
