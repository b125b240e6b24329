import fc from 'fast-check';

/** What may happen to prices of a month of which minutes are free, in any order; calls and re-ratings by place. */
export type MonthEvent =
  | { kind: 'arrive'; call: number; minutes: number }
  | { kind: 'allow'; minutes: number | null }
  | { kind: 'rerate'; price: number; from: number; until: number }
  | { kind: 'undo'; which: number }
  | { kind: 'move'; call: number }
  | { kind: 'correct'; call: number; minutes: number };

export const monthCalls = 5;

const call = fc.nat({ max: monthCalls - 1 });
const price = fc.integer({ min: 1, max: 9 });

export const monthEvents: fc.Arbitrary<MonthEvent[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive'), call, minutes: fc.integer({ min: 1, max: 4 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('allow'), minutes: fc.option(fc.integer({ min: 1, max: 8 })) }),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(price, call, call).map(([price, a, b]): MonthEvent => {
        return { kind: 'rerate', price, from: Math.min(a, b), until: Math.max(a, b) + 1 };
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('undo'), which: fc.nat({ max: 7 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('move'), call }) },
    // 0 minutes: it was not answered after all.
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('correct'), call, minutes: fc.nat({ max: 5 }) }) },
  ),
  { minLength: 4, maxLength: 25 },
);

/** What a call is priced by; `allowance` in minutes, of the account that pays. */
type Basis = { price: number; allowance: number | null };
type ModelCall = { account: number; minutes: number; own: Basis | null; layers: { rerating: number; basis: Basis }[] };
type Made = { id: number; undoes: number | null };

/**
 * The rules, written down without looking at the stores. The second account has tiers: its third minute of the month and those after it
 * cost half.
 */
export function monthModel() {
  const site: { price: number; allowance: number | null } = { price: 2, allowance: 3 };
  const all: (ModelCall | null)[] = Array.from({ length: monthCalls }, () => null);
  const made: Made[] = [];
  const undoOf = (id: number): Made | undefined => made.find(({ undoes }) => undoes === id);
  const isUndone = (id: number): boolean => {
    const undo = undoOf(id);
    return undo !== undefined && !isUndone(undo.id);
  };
  const now = ({ layers, own }: ModelCall): Basis | null =>
    layers.filter(({ rerating }) => !isUndone(rerating)).at(-1)?.basis ?? own;
  const byRules = ({ account, minutes }: ModelCall): Basis | null => {
    if (minutes === 0) return null;
    return account === 0 ? { ...site } : { price: 4, allowance: null };
  };
  const isSame = (a: Basis | null, b: Basis | null): boolean => a?.price === b?.price && a?.allowance === b?.allowance;
  const at = (place: number): ModelCall | null => all[place] ?? null;

  return {
    all,
    made,
    site,
    arrive(place: number, minutes: number): boolean {
      if (at(place) !== null) return false;
      const call: ModelCall = { account: 0, minutes, own: null, layers: [] };
      all[place] = { ...call, own: byRules(call) };
      return true;
    },
    rerate(from: number, until: number) {
      const changed = all
        .slice(from, until)
        .filter((call) => call !== null && call.minutes > 0 && !isSame(byRules(call), now(call)));
      if (changed.length === 0) return;
      const id = made.length + 1;
      made.push({ id, undoes: null });
      for (const call of changed) {
        const basis = call === null ? null : byRules(call);
        if (basis !== null) call?.layers.push({ rerating: id, basis });
      }
    },
    /** False: it is undone already. */
    undo(id: number): boolean {
      if (isUndone(id)) return false;
      let last = id;
      for (let undo = undoOf(last); undo !== undefined; undo = undoOf(last)) last = undo.id;
      made.push({ id: made.length + 1, undoes: last });
      return true;
    },
    move(place: number): boolean {
      const call = at(place);
      if (call === null) return false;
      call.account = 1 - call.account;
      if (call.minutes > 0) Object.assign(call, { own: byRules(call), layers: [] });
      return true;
    },
    correct(place: number, minutes: number): boolean {
      const call = at(place);
      if (call === null) return false;
      call.minutes = minutes;
      Object.assign(call, { own: byRules(call), layers: [] });
      return true;
    },
    /** Of all calls, in the order in which they were answered; null: no price. */
    charges(): (number | null)[] {
      const used = [0, 0];
      return all.map((call) => {
        const basis = call === null ? null : now(call);
        if (call === null || basis === null) return null;
        const before = used[call.account] ?? 0;
        let charge = 0;
        for (let minute = before; minute < before + call.minutes; minute++) {
          if (call.account === 1) charge += minute < 2 ? basis.price : basis.price / 2;
          else if (basis.allowance === null || minute >= basis.allowance) charge += basis.price;
        }
        // Without an allowance, minutes count for nothing.
        if (call.account === 1 || basis.allowance !== null) used[call.account] = before + call.minutes;
        return charge;
      });
    },
  };
}
