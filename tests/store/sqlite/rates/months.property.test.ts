import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import type { LocalStore } from '../../../../src/store/sqlite/store.ts';
import { runs } from '../../../support/random.ts';
import { monthCalls, monthEvents, monthModel, type MonthEvent } from '../../month-histories.ts';
import { importTable } from '../../moves-contract.ts';
import { closedRecord, plainAccount } from '../../records.ts';
import { temporaryStores } from '../temporary.ts';

const { open } = temporaryStores();
const unit = 1_000_000;
const startedAtMs = (place: number): number => 1_769_000_000_000 + place * 1000;

/** Each later than the one before, so that it corrects it (`supersedes`). */
function guess(place: number, minutes: number, accountId: number, nth: number) {
  const isAnswered = minutes > 0;
  // Corrected to earlier and later moments, between the calls before and after it.
  const answeredAtMs = startedAtMs(place) + 7 + (nth % 3) * 100;
  return closedRecord(`call ${place}`, {
    ...{ startedAtMs: startedAtMs(place), accountId, departmentId: null },
    ...{ closedBy: 'controller', estimated: true, hangupCause: `${nth}` },
    ...{ answeredAtMs: isAnswered ? answeredAtMs : null, outcome: isAnswered ? 'answered' : 'cancelled' },
    ...{ billableMs: minutes * 60_000, endedAtMs: startedAtMs(place) + 600_000 + nth },
  });
}

async function charges(store: LocalStore): Promise<(number | null)[]> {
  const all: (number | null)[] = [];
  for (let place = 0; place < monthCalls; place++) {
    const history = await store.listCallPrices(`call ${place}`);
    expect(history.map(({ version }) => version)).toEqual(history.map((_, at) => history.length - at));
    expect(history.filter(({ isCurrent }) => isCurrent).length).toBeLessThanOrEqual(1);
    const price = history.find(({ isCurrent }) => isCurrent)?.price;
    all.push(price?.kind === 'priced' ? price.chargeMicros / unit : null);
  }
  return all;
}

async function office() {
  const store = await open();
  const first = await store.addAccount({ ...plainAccount('1'), includedMinutes: 3 });
  await store.addAccount(plainAccount('2'));
  await importTable(store, 'default', 2 * unit);
  await importTable(store, 'special', 4 * unit, { tiers: '2:2' });
  await store.assignRateTable({ accountCode: '2' }, 'special');
  return { store, first };
}

describe('prices of a month of which minutes are free, after calls that arrive, are re-rated, undone, moved and corrected in any order', () => {
  it('are those that the rules say, after every step', async () => {
    await fc.assert(
      fc.asyncProperty(monthEvents, async (happened) => {
        const { store, first } = await office();
        const model = monthModel();
        const step = async (one: MonthEvent, nth: number): Promise<void> => {
          switch (one.kind) {
            case 'arrive':
              if (model.arrive(one.call, one.minutes)) await store.save(guess(one.call, one.minutes, first.id, 0));
              return;
            case 'allow':
              model.site.allowance = one.minutes;
              await store.updateAccount('1', { includedMinutes: one.minutes });
              return;
            case 'rerate':
              model.site.price = one.price;
              await importTable(store, 'default', one.price * unit);
              model.rerate(one.from, one.until);
              await store.rerate({ fromMs: startedAtMs(one.from), untilMs: startedAtMs(one.until), madeBy: 'anna' });
              return;
            case 'undo': {
              if (model.made.length === 0) return;
              const id = (one.which % model.made.length) + 1;
              const undone = store.undoRerating(id, 'bert');
              if (model.undo(id)) await undone;
              else await expect(undone).rejects.toMatchObject({ message: `Re-rating ${id} was undone already.` });
              return;
            }
            case 'move': {
              if (!model.move(one.call)) return;
              const to = { toAccountCode: model.all[one.call]?.account === 0 ? '1' : '2', why: 'x', movedBy: 'anna' };
              await store.moveCall({ callId: `call ${one.call}`, ...to });
              return;
            }
            case 'correct':
              if (model.correct(one.call, one.minutes))
                await store.save(guess(one.call, one.minutes, first.id, nth + 1));
          }
        };
        for (const [nth, one] of happened.entries()) {
          await step(one, nth);
          expect(await charges(store)).toEqual(model.charges());
        }
        expect((await store.listReratings()).map(({ id, undoes }) => ({ id, undoes })).reverse()).toEqual(model.made);
        await store.close();
      }),
      { numRuns: runs(10) },
    );
  }, 1_300_000);
});
