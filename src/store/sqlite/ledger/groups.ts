import type { Database } from 'better-sqlite3';
import { accountIdOf, paidBy, used, type Transfer } from '../../../ledger/transfer.ts';
import type { AccountMoney } from '../../ports/ledger.ts';
import { destinationIdsOf, destinationsFunction, type HeldGroups } from '../directory/limit-groups.ts';
import { prepareSet, prepareSetting } from '../settings.ts';

/*
 * What calls charged to a department, and to a destination, have cost of all time: sums of transfers that are kept beside the ledger, because
 * records are removed one day. They follow the ledger some transfers behind it, where a limit needs them.
 */

const upToSetting = 'ledger.groups_seq';
/** Some milliseconds of the writer's work. */
const transfersAtOnce = 2_000;

/** Money that one transfer moved, for one call. */
type Moved = ChargedCall & Pick<Transfer, 'debit' | 'credit' | 'amount'> & { currency: string };

/** What the record of a call says of whom and what it is charged to, as JSON where it may be several. */
export type ChargedCall = {
  recordAccountId: number | null;
  departmentId: number | null;
  /** Of a call that was moved to another account later, the department that it was charged to with each. */
  formerDepartments: string | null;
  destinations: string | null;
};

/** Of `call_records r`. */
export const chargedCallColumns = `r.account_id AS recordAccountId, r.department_id AS departmentId,
  (SELECT json_group_object(coalesce(m.from_account_id, 0), m.from_department_id)
    FROM (SELECT from_account_id, from_department_id FROM call_moves WHERE call_id = r.call_id ORDER BY id) m) AS formerDepartments,
  ${destinationsFunction}(r.called_e164, r.call_type) AS destinations`;

/** Which department a transfer is of: that of the account that pays by it. */
export function departmentOfTransfer(payerId: number | null, record: Omit<ChargedCall, 'destinations'>): number | null {
  if (payerId === record.recordAccountId) return record.departmentId;
  const former = JSON.parse(record.formerDepartments ?? '{}') as Readonly<Record<string, number | null>>;
  return former[String(payerId ?? 0)] ?? null;
}

const selectMoved = `SELECT t.debit, t.credit, t.unit AS currency, t.amount, ${chargedCallColumns}
FROM ledger_transfers t JOIN call_records r ON r.call_id = t.call_id
WHERE t.seq > ? AND t.seq <= ? AND t.kind IN ('post', 'single') AND t.unit NOT IN ('seconds', 'calls') ORDER BY t.seq`;

export type GroupKind = 'department' | 'destination';
type Share = { kind: GroupKind; id: number; currency: string; micros: number };

function sharesOf(moved: Moved): Share[] {
  const { debit, credit, currency, destinations } = moved;
  if (debit !== used && credit !== used) return [];
  const { payer, amount: micros } = paidBy(moved);
  const department = departmentOfTransfer(accountIdOf(payer), moved);
  return [
    ...(department === null ? [] : [{ kind: 'department' as const, id: department, currency, micros }]),
    ...destinationIdsOf(destinations).map((id) => ({ kind: 'destination' as const, id, currency, micros })),
  ];
}

function prepareFollowing(db: Database, groups: HeldGroups) {
  const upTo = prepareSetting(db);
  const last = db.prepare<[], number | null>('SELECT max(seq) FROM ledger_transfers').pluck();
  const moved = db.prepare<[number, number], Moved>(selectMoved);
  return {
    upTo: () => Number(upTo.get(upToSetting) ?? 0),
    last: () => last.get() ?? 0,
    between(after: number, to: number): Share[] {
      groups.now();
      return moved.all(after, to).flatMap(sharesOf);
    },
  };
}

/** Makes the operation of the writer that lets the sums follow: false: they have arrived. To be run inside its transaction. */
export function prepareFollowGroups(db: Database, groups: HeldGroups): (onlyIfNeeded: boolean) => boolean {
  const following = prepareFollowing(db, groups);
  const isNeeded = db
    .prepare<[], number>(
      `SELECT EXISTS (SELECT 1 FROM departments WHERE money_per_contract_micros IS NOT NULL)
OR EXISTS (SELECT 1 FROM destinations WHERE money_per_contract_micros IS NOT NULL)`,
    )
    .pluck();
  const add =
    db.prepare(`INSERT INTO ledger_groups (kind, id, currency, used_micros) VALUES (@kind, @id, @currency, @micros)
ON CONFLICT (kind, id, currency) DO UPDATE SET used_micros = used_micros + excluded.used_micros`);
  const set = prepareSet(db);
  return (onlyIfNeeded) => {
    if (onlyIfNeeded && isNeeded.get() !== 1) return false;
    const [after, last] = [following.upTo(), following.last()];
    if (after >= last) return false;
    const to = Math.min(last, after + transfersAtOnce);
    for (const share of following.between(after, to)) add.run(share);
    set.run(upToSetting, String(to));
    return to < last;
  };
}

/** Makes a reader of the sums, up to the end of the ledger; where they have followed it, at once. */
export function prepareGroupMoney(db: Database, groups: HeldGroups): (kind: GroupKind, id: number) => AccountMoney {
  const following = prepareFollowing(db, groups);
  const sums = db.prepare<[string, number], { currency: string; micros: number }>(
    'SELECT currency, used_micros AS micros FROM ledger_groups WHERE kind = ? AND id = ?',
  );
  return db.transaction((kind: GroupKind, id: number): AccountMoney => {
    const upToSeq = following.last();
    const later = following
      .between(following.upTo(), upToSeq)
      .filter((share) => share.kind === kind && share.id === id);
    const byCurrency = new Map<string, number>();
    for (const { currency, micros } of [...sums.all(kind, id), ...later])
      byCurrency.set(currency, (byCurrency.get(currency) ?? 0) + micros);
    return {
      upToSeq,
      byCurrency: [...byCurrency].map(([currency, usedMicros]) => ({ currency, usedMicros, paidInMicros: 0 })),
    };
  });
}
