import type { Database } from 'better-sqlite3';
import { alertWays, type AlertDelivery } from '../../../words/alert.ts';

/** Makes what reads what became of an alert that this controller has seen, by its id. */
export function prepareDeliveries(db: Database): (id: string) => AlertDelivery[] {
  const deliveries = db.prepare<[string], AlertDelivery>(
    `SELECT way, tries, delivered_at AS deliveredAtMs, given_up_at AS givenUpAtMs, error FROM alert_deliveries
WHERE alert_id = ? ORDER BY way`,
  );
  return (id) => deliveries.all(id);
}

/** What became of another controller's alert, out of JSON; what cannot be read of it is left out. */
export function deliveriesIn(json: string): AlertDelivery[] {
  const read = listIn(json);
  return alertWays.flatMap((way) => {
    const found = read.find((one) => one['way'] === way);
    if (found === undefined) return [];
    const { tries, deliveredAtMs, givenUpAtMs, error } = found;
    return {
      ...{ way, tries: numberOr(tries, 0), error: typeof error === 'string' ? error : null },
      ...{ deliveredAtMs: numberOr(deliveredAtMs, null), givenUpAtMs: numberOr(givenUpAtMs, null) },
    };
  });
}

const numberOr = <Other>(value: unknown, other: Other): number | Other => (typeof value === 'number' ? value : other);

type Read = Partial<Record<string, unknown>>;

function listIn(json: string): Read[] {
  try {
    const read: unknown = JSON.parse(json);
    const list: unknown[] = Array.isArray(read) ? read : [];
    return list.filter((one): one is Read => typeof one === 'object' && one !== null);
  } catch {
    return [];
  }
}
