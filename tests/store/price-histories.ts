import fc from 'fast-check';

/** What may happen to prices, in any order; calls, accounts and re-ratings by place. */
export type Happening =
  | { kind: 'rates'; table: 'default' | 'special'; price: number }
  /** After the default rates were changed. */
  | { kind: 'rerate'; price: number; from: number; until: number }
  | { kind: 'undo'; which: number }
  | { kind: 'move'; call: number }
  | { kind: 'correct'; call: number; minutes: number };

export const calls = 3;

const price = fc.integer({ min: 1, max: 9 });
const call = fc.nat({ max: calls - 1 });

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(price, call, call).map(([price, a, b]): Happening => {
        return { kind: 'rerate', price, from: Math.min(a, b), until: Math.max(a, b) + 1 };
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('undo'), which: fc.nat({ max: 11 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('rates'), table: fc.constantFrom('default', 'special'), price }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('move'), call }) },
    // 0 minutes: it was not answered after all.
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('correct'), call, minutes: fc.nat({ max: 3 }) }) },
  ),
  { minLength: 4, maxLength: 25 },
);

type Layer = { rerating: number; price: number };
type ModelCall = { account: number; minutes: number; own: number | null; layers: Layer[]; shown: (number | null)[] };
type Made = { id: number; undoes: number | null };

/**
 * The rules, written down without looking at the stores: a call has a price of its own and, on top of it, one of each re-rating that
 * changed it; what is undone is taken away; a move to another tariff and a correction begin anew.
 */
export function pricesModel() {
  const rates = { default: 1, special: 2 };
  const all: ModelCall[] = Array.from({ length: calls }, () => ({
    ...{ account: 0, minutes: 1, own: 1, layers: [], shown: [1] },
  }));
  const made: Made[] = [];
  const undoOf = (id: number): Made | undefined => made.find(({ undoes }) => undoes === id);
  const isUndone = (id: number): boolean => {
    const undo = undoOf(id);
    return undo !== undefined && !isUndone(undo.id);
  };
  const now = ({ layers, own }: ModelCall): number | null =>
    layers.filter(({ rerating }) => !isUndone(rerating)).at(-1)?.price ?? own;
  const byRates = ({ account, minutes }: ModelCall): number | null =>
    minutes === 0 ? null : minutes * (account === 0 ? rates.default : rates.special);
  const show = (call: ModelCall): void => {
    const price = now(call);
    if (call.shown.at(-1) !== price) call.shown.push(price);
  };
  const anew = (call: ModelCall): void => {
    call.own = byRates(call);
    call.layers = [];
    show(call);
  };

  return {
    all,
    made,
    now,
    rates(table: 'default' | 'special', price: number) {
      rates[table] = price;
    },
    rerate(from: number, until: number) {
      const changed = all.slice(from, until).filter((call) => call.minutes > 0 && byRates(call) !== now(call));
      if (changed.length === 0) return;
      const id = made.length + 1;
      made.push({ id, undoes: null });
      for (const call of changed) {
        call.layers.push({ rerating: id, price: byRates(call) ?? 0 });
        show(call);
      }
    },
    /** False: it is undone already. */
    undo(id: number): boolean {
      if (isUndone(id)) return false;
      let last = id;
      for (let undo = undoOf(last); undo !== undefined; undo = undoOf(last)) last = undo.id;
      made.push({ id: made.length + 1, undoes: last });
      all.forEach(show);
      return true;
    },
    move(place: number) {
      const call = all[place];
      if (call === undefined) return;
      call.account = 1 - call.account;
      if (call.minutes > 0) anew(call);
    },
    correct(place: number, minutes: number) {
      const call = all[place];
      if (call === undefined) return;
      call.minutes = minutes;
      anew(call);
    },
  };
}
