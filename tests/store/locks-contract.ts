import { describe, expect, it } from '@jest/globals';
import type { PhoneLockStore } from '../../src/store/ports/phone-locks.ts';

const nowMs = Date.UTC(2026, 10, 26, 9);
const lock = (phone: string, minutes: number, controller = 'first') => ({
  ...{ phone, controller, sinceMs: nowMs, untilMs: nowMs + minutes * 60_000 },
});

/** What every store does with locks of phones. `store`: answers a new, empty one. */
export function locksContract(store: () => PhoneLockStore): void {
  describe('locks of phones', () => {
    it('are kept until they are over, and listed by phone', async () => {
      await store().keepLock(lock('202', 5));
      await store().keepLock(lock('201', 10));
      expect(await store().listLocks(nowMs)).toEqual([lock('201', 10), lock('202', 5)]);
      expect(await store().listLocks(nowMs + 5 * 60_000)).toEqual([lock('201', 10)]);
    });

    it('of one phone: the longest counts', async () => {
      await store().keepLock(lock('201', 10));
      await store().keepLock(lock('201', 5, 'second'));
      expect(await store().listLocks(nowMs)).toEqual([lock('201', 10)]);
      await store().keepLock(lock('201', 20, 'second'));
      expect(await store().listLocks(nowMs)).toEqual([lock('201', 20, 'second')]);
    });

    it('outlast one that a controller makes whose clock is hours ahead', async () => {
      const [presentMs, hour] = [Date.now(), 3_600_000];
      const mine = { phone: '201', controller: 'first', sinceMs: presentMs, untilMs: presentMs + hour };
      const ahead = {
        phone: '202',
        controller: 'ahead',
        sinceMs: presentMs + 20 * hour,
        untilMs: presentMs + 21 * hour,
      };
      await store().keepLock(mine);
      await store().keepLock(ahead);
      expect(await store().listLocks(presentMs)).toEqual([mine, ahead]);
    });

    it('are released one by one or all at once', async () => {
      for (const phone of ['201', '202', '203']) await store().keepLock(lock(phone, 5));
      expect(await store().releaseLocks('202')).toBe(1);
      expect(await store().releaseLocks('202')).toBe(0);
      expect((await store().listLocks(nowMs)).map(({ phone }) => phone)).toEqual(['201', '203']);
      expect(await store().releaseLocks(null)).toBe(2);
      expect(await store().listLocks(nowMs)).toEqual([]);
    });

    it('have names that are data', async () => {
      const phone = "201'; DROP TABLE x; --";
      await store().keepLock(lock(phone, 5));
      expect(await store().listLocks(nowMs)).toEqual([lock(phone, 5)]);
      expect(await store().releaseLocks(phone)).toBe(1);
    });
  });
}
