import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { account } from '../../support/controller.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

it('whatever waits for another program that writes is answered after the same ten seconds, not one after the other', async () => {
  const file = aFile();
  const store = await open({ file });
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const begunMs = performance.now();
  const codes = ['11111', '22222', '33333', '44444'];
  const asked = codes.map(async (code) => {
    const error = await store.addAccount(account(code)).then(
      () => null,
      (refused: unknown) => refused,
    );
    return { error: String(error), afterMs: performance.now() - begunMs };
  });
  const answers = await Promise.all(asked);
  for (const { error, afterMs } of answers) {
    expect(error).toContain('is held by another program that is writing to it');
    // Each waited for ten seconds of its own before: the last one for forty.
    expect(afterMs).toBeGreaterThan(9_000);
    expect(afterMs).toBeLessThan(25_000);
  }
  // The next one has its own ten seconds, and does not need them.
  const next = store.addAccount(account('55555'));
  setTimeout(() => other.exec('ROLLBACK'), 2_000);
  await next;
  expect((await store.findAccountByCode('55555'))?.name).toBe('Account 55555');
  other.close();
});
