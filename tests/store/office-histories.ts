/**
 * Random histories of an office's prices, and what each price has to be, written down without looking at the stores. Money is in whole
 * units, time in whole minutes. Accounts differ in department, rate table and minutes that they have free; calls lie in two months.
 */

export type Below = (below: number) => number;
export const pick = <T>(below: Below, of: readonly [T, ...T[]]): T => of[below(of.length)] ?? of[0];

type Tier = { from: number; price: number };
/** What tables say a minute costs, from so many minutes of the month on; null: the table has no rate for these calls. */
export const tariffs: readonly (readonly Tier[] | null)[] = [
  [{ from: 0, price: 1 }],
  [{ from: 0, price: 2 }],
  [{ from: 0, price: 5 }],
  [
    { from: 0, price: 4 },
    { from: 2, price: 2 },
  ],
  [
    { from: 0, price: 7 },
    { from: 3, price: 3 },
    { from: 6, price: 8 },
  ],
  null,
];
/** By place; the first is the default one. */
export const tableName = (place: number): string => `table ${place}`;

export const accounts = 3;
/** Only these are of the one department. */
export const inDepartment = (account: number | null): boolean => account !== null && account === 2;

export const maximumCalls = 6;
/** Calls start a minute apart, from 2 before the month ends. */
export const startsAt = (place: number): number => place - 2;

/** `account` null: nobody's. Minutes 0: it was not answered. `answered`: in minutes from the beginning of the second month. */
type Known = { account: number | null; minutes: number; answered: number };
export type Step =
  | ({ kind: 'arrive'; call: number } & Known)
  | ({ kind: 'correct'; call: number } & Known)
  | { kind: 'assign'; to: number | 'department'; table: number | null }
  | { kind: 'mark-up'; table: number; perCall: number }
  | { kind: 'allow'; account: number; minutes: number | null }
  | { kind: 'rerate'; from: number; until: number }
  | { kind: 'undo'; id: number }
  | { kind: 'move'; call: number; to: number };

/** What a call is priced by. */
type Basis = { tiers: readonly Tier[]; perCall: number; allowance: number | null } | 'unrated';
type ModelCall = Known & { isMoved: boolean; own: Basis | null; layers: { rerating: number; basis: Basis }[] };
type Made = { id: number; undoes: number | null };
export type ExpectedPrice = { cost: number; charge: number } | 'unrated' | null;

const isMonthly = (basis: Basis | null): boolean =>
  basis !== null && basis !== 'unrated' && (basis.allowance !== null || basis.tiers.length > 1);

const priceOfMinute = (tiers: readonly Tier[], minute: number): number =>
  tiers.findLast(({ from }) => from <= minute)?.price ?? 0;

function costOf(tiers: readonly Tier[], before: number, minutes: number): number {
  let cost = 0;
  for (let minute = before; minute < before + minutes; minute++) cost += priceOfMinute(tiers, minute);
  return cost;
}

function priceBy(basis: Basis, minutes: number, used: { included: number; tiered: number }): ExpectedPrice {
  if (basis === 'unrated') return basis;
  const { tiers, perCall, allowance } = basis;
  const free = allowance === null ? 0 : Math.min(minutes, Math.max(0, allowance - used.included));
  const charge = free === minutes ? 0 : costOf(tiers, used.tiered + free, minutes - free) + perCall;
  return { cost: costOf(tiers, used.tiered, minutes), charge };
}

/** Where neither depends on a month, what it costs counts, and not by which table. */
function isSame(a: Basis | null, b: Basis | null, minutes: number): boolean {
  if (isMonthly(a) || isMonthly(b)) return JSON.stringify(a) === JSON.stringify(b);
  const cost = (basis: Basis | null) => basis && JSON.stringify(priceBy(basis, minutes, { included: 0, tiered: 0 }));
  return cost(a) === cost(b);
}

export type OfficeModel = ReturnType<typeof officeModel>;

/** A call has a price of its own and, on top of it, one of each re-rating that changed it; what is undone is taken away. */
export function officeModel() {
  const tables = new Map<number | 'department', number>();
  const perCall = tariffs.map(() => 0);
  const allowances: (number | null)[] = Array.from({ length: accounts }, () => null);
  const calls = new Map<number, ModelCall>();
  const made: Made[] = [];

  const undoOf = (id: number): Made | undefined => made.find(({ undoes }) => undoes === id);
  const isUndone = (id: number): boolean => {
    const undo = undoOf(id);
    return undo !== undefined && !isUndone(undo.id);
  };
  const tableOf = (account: number | null): number => {
    const own = account === null ? undefined : tables.get(account);
    return own ?? (inDepartment(account) ? tables.get('department') : undefined) ?? 0;
  };
  const now = ({ layers, own }: ModelCall): Basis | null =>
    layers.findLast(({ rerating }) => !isUndone(rerating))?.basis ?? own;
  const byRules = ({ account, minutes }: Known): Basis | null => {
    if (minutes === 0) return null;
    const table = tableOf(account);
    const tiers = tariffs[table] ?? null;
    if (tiers === null) return 'unrated';
    return { tiers, perCall: perCall[table] ?? 0, allowance: account === null ? null : (allowances[account] ?? null) };
  };
  const anew = (call: ModelCall): void => {
    call.own = byRules(call);
    call.layers = [];
  };

  return {
    made,
    calls,
    isUndone,
    take(step: Step): void {
      if (step.kind === 'assign') {
        if (step.table === null) tables.delete(step.to);
        else tables.set(step.to, step.table);
      } else if (step.kind === 'mark-up') perCall[step.table] = step.perCall;
      else if (step.kind === 'allow') allowances[step.account] = step.minutes;
    },
    arrive(place: number, { account, minutes, answered }: Known): void {
      const call: ModelCall = { account, minutes, answered, isMoved: false, own: null, layers: [] };
      anew(call);
      calls.set(place, call);
    },
    correct(place: number, { account, minutes, answered }: Known): void {
      const call = calls.get(place);
      if (call === undefined) return;
      // Once it was moved, whom a correction names does not matter.
      Object.assign(call, { minutes, answered, account: call.isMoved ? call.account : account });
      anew(call);
    },
    move(place: number, to: number): void {
      const call = calls.get(place);
      if (call === undefined) return;
      const isOtherTariff = tableOf(call.account) !== tableOf(to) || isMonthly(now(call)) || allowances[to] != null;
      Object.assign(call, { account: to, isMoved: true });
      if (call.minutes > 0 && isOtherTariff) anew(call);
    },
    /** Which calls get another price. */
    rerate(from: number, until: number): number[] {
      const id = made.length + 1;
      const changed = [...calls].filter(
        ([place, call]) => place >= from && place < until && !isSame(byRules(call), now(call), call.minutes),
      );
      if (changed.length > 0) made.push({ id, undoes: null });
      for (const [, call] of changed) {
        const basis = byRules(call);
        if (basis !== null) call.layers.push({ rerating: id, basis });
      }
      return changed.map(([place]) => place).sort((a, b) => a - b);
    },
    undo(id: number): void {
      let last = id;
      for (let undo = undoOf(last); undo !== undefined; undo = undoOf(last)) last = undo.id;
      made.push({ id: made.length + 1, undoes: last });
    },
    /** Of all calls, by place: in each month of each account, in the order in which they were answered. */
    prices(): Map<number, ExpectedPrice> {
      const used = new Map<string, { included: number; tiered: number }>();
      const inOrder = [...calls].sort(([a, one], [b, other]) => one.answered - other.answered || a - b);
      return new Map(
        inOrder.map(([place, call]): [number, ExpectedPrice] => {
          const basis = now(call);
          if (basis === null) return [place, null];
          const month = `${call.account} ${call.answered < 0 ? 'first' : 'second'}`;
          const before = used.get(month) ?? { included: 0, tiered: 0 };
          if (basis !== 'unrated') {
            used.set(month, {
              included: before.included + (basis.allowance === null ? 0 : call.minutes),
              tiered: before.tiered + (basis.tiers.length > 1 ? call.minutes : 0),
            });
          }
          return [place, priceBy(basis, call.minutes, before)];
        }),
      );
    },
  };
}

const randomKnown = (below: Below, place: number): Known => ({
  account: below(10) === 0 ? null : below(accounts),
  minutes: below(5),
  // Before, between and after the others; now and then at the same moment.
  answered: startsAt(place) + below(4),
});

const kinds = ['rerate', 'rerate', 'undo', 'undo', 'undo', 'assign', 'move', 'correct', 'other'] as const;

/** A step that may follow what has happened so far. */
export function randomStep(below: Below, { calls, made }: OfficeModel): Step {
  const call = below(maximumCalls);
  const known = calls.get(call);
  if (known === undefined) return { kind: 'arrive', call, ...randomKnown(below, call) };
  const kind = pick(below, kinds);
  switch (kind) {
    case 'rerate': {
      const [a, b] = [below(maximumCalls), below(maximumCalls)];
      return { kind, from: Math.min(a, b), until: Math.max(a, b) + 1 };
    }
    case 'undo':
      if (made.length > 0) return { kind, id: below(made.length) + 1 };
      return { kind: 'mark-up', table: below(tariffs.length), perCall: below(4) };
    case 'assign': {
      const to = pick(below, [0, 1, 2, 'department' as const]);
      return { kind, to, table: below(6) === 0 ? null : below(tariffs.length) };
    }
    case 'move': {
      const to = below(accounts);
      return { kind, call, to: to === known.account ? (to + 1) % accounts : to };
    }
    case 'correct':
      return { kind, call, ...randomKnown(below, call) };
    case 'other':
      if (below(2) === 0) return { kind: 'mark-up', table: below(tariffs.length), perCall: below(4) };
      return { kind: 'allow', account: below(accounts), minutes: pick(below, [null, 1 + below(8)]) };
  }
}
