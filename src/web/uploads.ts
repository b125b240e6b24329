import type { Clock } from '../words/clock.ts';
import { newSecret } from './access/secrets.ts';

/** A file that was sent with a form. */
export type Upload = { name: string; bytes: Buffer };

/** Files between their preview and their import; few, and not for long: they are in memory. */
export type Uploads = {
  keep(userId: number, upload: Upload): string;
  /** Null: it was somebody else's, or is no longer there. */
  find(userId: number, key: string): Upload | null;
  drop(key: string): void;
};

const maximum = 4;
const keptMs = 1_800_000;

export function createUploads(clock: Pick<Clock, 'monotonicMs'>): Uploads {
  const kept = new Map<string, { userId: number; upload: Upload; sinceMs: number }>();
  const expire = (): void => {
    for (const [key, { sinceMs }] of kept) if (clock.monotonicMs() - sinceMs > keptMs) kept.delete(key);
  };
  return {
    keep(userId, upload) {
      expire();
      for (const [key, one] of kept) if (one.userId === userId || kept.size >= maximum) kept.delete(key);
      const key = newSecret();
      kept.set(key, { userId, upload, sinceMs: clock.monotonicMs() });
      return key;
    },
    find(userId, key) {
      expire();
      const found = kept.get(key);
      return found?.userId === userId ? found.upload : null;
    },
    drop: (key) => void kept.delete(key),
  };
}
