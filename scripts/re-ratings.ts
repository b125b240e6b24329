import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOffice, preparedHistories } from '../tests/store/sqlite/rates/one-office.ts';

/*
 * Random histories of prices: calls that arrive, are re-rated, moved and corrected, re-ratings that are undone and made again, rates, tiers
 * and free minutes that change, in any order:
 *   node scripts/run.mjs --file scripts/re-ratings.ts --histories 1000000 [--seed N]
 * After every step every price must be the one that the rules say, no earlier version lost; after each history the ledger must be whole and
 * agree with the prices. Ends with exit code 1 at the first difference, and says which seed makes it again.
 */

const { values } = parseArgs({ options: { histories: { type: 'string' }, seed: { type: 'string' } } });
const histories = Number(values.histories ?? 10_000);
const firstSeed = Number(values.seed ?? Date.now() % 1_000_000_000);
const saidEvery = 50_000;

const folder = mkdtempSync(join(tmpdir(), 'billing-re-ratings-'));
const office = await openOffice(join(folder, 'store.db'));
const tryOne = preparedHistories(office);
let [steps, seed] = [0, firstSeed];
const seconds = () => Math.round(process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
const said = (done: number) => `${done} histories from seed ${firstSeed}, ${steps} steps, ${seconds()} s of CPU time`;
try {
  for (; seed < firstSeed + histories; seed += 1) {
    steps += await tryOne(seed);
    const done = seed - firstSeed + 1;
    if (done % saidEvery === 0 && done < histories) process.stdout.write(`${said(done)}\n`);
  }
  process.stdout.write(`${said(histories)}: no difference\n`);
} catch (error) {
  process.stderr.write(`--seed ${seed} --histories 1: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  office.db.close();
  rmSync(folder, { recursive: true, force: true });
}
