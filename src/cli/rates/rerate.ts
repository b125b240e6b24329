import { parseArgs } from 'node:util';
import { formatMoney } from '../../rating/money.ts';
import type { Price } from '../../rating/price.ts';
import type { Period } from '../../reports/period.ts';
import type { PriceChange } from '../../store/ports/rate-store.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import { momentOption } from './context.ts';
import type { RatesContext } from './context.ts';
import { counted, priceText, reratingsTable } from './view.ts';

const options = { since: { type: 'string' }, until: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;

/** `CALL  0.11 USD -> 0.12 USD  (+0.01 USD)`; charges, and the difference if both are known and in one currency. */
function changeLine({ callId, from, to }: PriceChange): string {
  const isComparable = from?.kind === 'priced' && to?.kind === 'priced' && from.currency === to.currency;
  const difference = isComparable ? to.chargeMicros - from.chargeMicros : null;
  const sign = difference !== null && difference >= 0 ? '+' : '';
  const shown = isComparable && difference !== null ? `  (${sign}${formatMoney(difference, to.currency)})` : '';
  return `${callId}  ${priceText(from)} -> ${priceText(to)}${shown}`;
}

const isMonthly = (price: Price | null): boolean => price?.kind === 'priced' && price.month !== undefined;

/** Sums of charges by currency. */
function totals() {
  let monthly = 0;
  const sums = new Map<string, { old: number; now: number }>();
  const add = (price: Price | null, which: 'old' | 'now') => {
    if (price?.kind !== 'priced') return;
    const sum = sums.get(price.currency) ?? { old: 0, now: 0 };
    sum[which] += price.chargeMicros;
    sums.set(price.currency, sum);
  };
  return {
    count({ from, to }: PriceChange) {
      add(from, 'old');
      add(to, 'now');
      if (isMonthly(from) || isMonthly(to)) monthly += 1;
    },
    /** Each call is priced as the others of its month were at that moment. */
    monthLines(isForeseen: boolean): string[] {
      if (monthly === 0) return [];
      const have = monthly === 1 ? 'has a price' : 'have prices';
      return [
        `${counted(monthly, 'call')} of these ${have} by free minutes or tiers of a month, shown as if no other call of it changed.`,
        `${isForeseen ? 'Re-rating gives each' : 'Each has now been given'} its place among all calls of its month: what they come to together may differ from these sums, and calls of the month`,
        `that are not shown here${isForeseen ? ' may change as well.' : ', also those outside of the period, may have changed as well.'}`,
      ];
    },
    lines: () =>
      [...sums].map(([currency, { old, now }]) => {
        const sign = now >= old ? '+' : '';
        return `Charges of these calls: ${formatMoney(old, currency)} -> ${formatMoney(now, currency)} (${sign}${formatMoney(now - old, currency)})`;
      }),
  };
}

export async function rerate(args: string[], context: RatesContext): Promise<number> {
  const { store, stdout, user } = context;
  const { values } = parseArgs({ args, options });
  const { since, until } = values;
  if (since === undefined || until === undefined) throw new UsageError('--since DATE and --until DATE are required');
  const [fromMs, untilMs] = [momentOption('--since', since, context), momentOption('--until', until, context)];
  if (fromMs >= untilMs) throw new UsageError('--since must be before --until');
  const dryRun = values['dry-run'] === true;
  const sums = totals();
  const foreseen = dryRun ? await context.statements.foresee(monthsAround({ fromMs, untilMs })) : null;
  const onChange = (change: PriceChange) => {
    print(stdout, changeLine(change));
    sums.count(change);
    foreseen?.take(change);
  };
  const { id, calls, changed } = await store.rerate({ fromMs, untilMs, madeBy: user, dryRun, onChange });
  for (const line of sums.lines()) print(stdout, line);
  print(stdout, sums.monthLines(dryRun));
  const what = `${changed} of ${calls} answered calls`;
  if (id === null)
    print(stdout, changed === 0 ? `No prices change: ${calls} answered calls checked.` : `Would change ${what}.`);
  else print(stdout, `Re-rating ${id} changed ${what}. To undo it: billing-codes rates undo ${id}`);
  print(stdout, (await foreseen?.lines()) ?? (await context.statements.changed(monthsAround({ fromMs, untilMs }))));
  return 0;
}

const monthMs = 31 * 86_400_000;

/** Where prices depend on a month, those of its other calls change too. */
const monthsAround = ({ fromMs, untilMs }: Period): Period => ({
  ...{ fromMs: fromMs - monthMs, untilMs: untilMs + monthMs },
});

export async function undo(args: string[], { store, stdout, user, statements }: RatesContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const id = onlyOne(positionals, 'ID of a re-rating');
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new UsageError(`"${id}" is not the ID of a re-rating`);
  const { calls, changed } = await store.undoRerating(Number(id), user, (change) => print(stdout, changeLine(change)));
  const others = calls - changed;
  print(stdout, `Re-rating ${id} was undone: the price of ${counted(changed, 'call')} changed.`);
  if (others > 0) {
    const since = `${counted(others, 'other call')} of it ${others === 1 ? 'keeps its' : 'keep their'}`;
    print(
      stdout,
      `${since} price, by a later re-rating that stands, a move or a correction (or equal to that before).`,
    );
  }
  const period = (await store.listReratings()).find((one) => one.id === Number(id));
  if (period !== undefined) print(stdout, await statements.changed(monthsAround(period)));
  return 0;
}

export async function listReratings(args: string[], { store, time, stdout }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const reratings = await store.listReratings();
  if (values.json === true) printJson(stdout, { reratings });
  else print(stdout, reratings.length === 0 ? 'There are no re-ratings.' : reratingsTable(reratings, time));
  return 0;
}
