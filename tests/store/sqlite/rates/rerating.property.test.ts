import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import { runs } from '../../../support/random.ts';
import { calls, happenings, pricesModel, type Happening } from '../../price-histories.ts';
import { importTable } from '../../moves-contract.ts';
import { closedRecord, plainAccount } from '../../records.ts';
import { temporaryStores } from '../temporary.ts';

const { open } = temporaryStores();
const unit = 1_000_000;
const answeredAtMs = 1_769_000_010_333;
const startedAtMs = (place: number): number => 1_769_000_000_000 + place * 1000;

/** Each later than the one before, so that it corrects it (`supersedes`). */
function guess(place: number, minutes: number, account: { id: number }, nth: number): CallRecord {
  const isAnswered = minutes > 0;
  return closedRecord(`call ${place}`, {
    ...{ startedAtMs: startedAtMs(place), accountId: account.id, departmentId: null },
    ...{ closedBy: 'controller', estimated: true, hangupCause: `${nth}` },
    ...{ answeredAtMs: isAnswered ? answeredAtMs : null, outcome: isAnswered ? 'answered' : 'cancelled' },
    ...{ billableMs: minutes * 60_000, endedAtMs: answeredAtMs + 600_000 + nth },
  });
}

async function officeWithCalls() {
  const store = await open();
  const accounts = [await store.addAccount(plainAccount('1')), await store.addAccount(plainAccount('2'))];
  await importTable(store, 'default', unit);
  await importTable(store, 'special', 2 * unit);
  await store.assignRateTable({ accountCode: '2' }, 'special');
  const [first] = accounts;
  if (first === undefined) throw new Error('no account');
  for (let place = 0; place < calls; place++) await store.save(guess(place, 1, first, 0));
  return { store, first };
}

describe('prices after any order of re-rating, undoing, moving and correcting', () => {
  it('are those that the rules say, and the history is complete', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (happened) => {
        const { store, first } = await officeWithCalls();
        const model = pricesModel();
        const step = async (one: Happening, nth: number): Promise<void> => {
          switch (one.kind) {
            case 'rates':
              model.rates(one.table, one.price);
              return importTable(store, one.table, one.price * unit);
            case 'rerate':
              model.rates('default', one.price);
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
              model.move(one.call);
              const to = { toAccountCode: model.all[one.call]?.account === 0 ? '1' : '2', why: 'x', movedBy: 'anna' };
              await store.moveCall({ callId: `call ${one.call}`, ...to });
              return;
            }
            case 'correct':
              model.correct(one.call, one.minutes);
              await store.save(guess(one.call, one.minutes, first, nth + 1));
          }
        };
        for (const [nth, one] of happened.entries()) await step(one, nth);

        for (const [place, call] of model.all.entries()) {
          const history = (await store.listCallPrices(`call ${place}`)).reverse();
          const current = history.filter(({ isCurrent }) => isCurrent);
          const expected = model.now(call);
          const costs = history.map(({ price }) => (price.kind === 'priced' ? price.chargeMicros / unit : price.why));
          expect(current.map(({ version }) => version)).toEqual(expected === null ? [] : [history.length]);
          if (expected !== null) expect(costs.at(-1)).toBe(expected);
          expect(history.map(({ version }) => version)).toEqual(history.map((_, at) => at + 1));
          // Whatever the price was at any time is there, in this order.
          const changes = (list: unknown[]) => list.filter((cost, at) => at === 0 || cost !== list[at - 1]);
          expect(changes(costs)).toEqual(changes(call.shown.filter((cost) => cost !== null)));
        }
        expect((await store.listReratings()).map(({ id, undoes }) => ({ id, undoes })).reverse()).toEqual(model.made);
        await store.close();
      }),
      { numRuns: runs(10) },
    );
  }, 1_300_000);

  it('and of two re-ratings either may be undone first', async () => {
    const { store } = await officeWithCalls();
    const period = { fromMs: 0, untilMs: 2_000_000_000_000, madeBy: 'anna' };
    const costs = async () =>
      (await store.listCallPrices('call 0')).map(({ price }) =>
        price.kind === 'priced' ? price.chargeMicros / unit : 0,
      );
    await importTable(store, 'default', 3 * unit);
    await store.rerate(period);
    await importTable(store, 'default', 5 * unit);
    await store.rerate(period);
    // The second still stands.
    expect(await store.undoRerating(1, 'bert')).toEqual({ id: 3, calls: calls, changed: 0 });
    expect(await costs()).toEqual([5, 3, 1]);
    expect(await store.undoRerating(2, 'bert')).toEqual({ id: 4, calls: calls, changed: calls });
    expect(await costs()).toEqual([1, 5, 3, 1]);
    // What was undone may be wanted after all.
    expect(await store.undoRerating(3, 'bert')).toMatchObject({ id: 5, changed: calls });
    expect(await costs()).toEqual([3, 1, 5, 3, 1]);
    expect((await store.listReratings()).map(({ id, isUndone }) => [id, isUndone])).toEqual([
      [5, false],
      [4, false],
      [3, true],
      [2, true],
      [1, false],
    ]);
    expect(await store.undoRerating(1, 'bert')).toMatchObject({ changed: calls });
    expect((await costs())[0]).toBe(1);
  });
});
