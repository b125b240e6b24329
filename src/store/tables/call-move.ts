import type { CallMove } from '../ports/move-store.ts';
import { ascii, integer, moment, text, type ColumnFor } from '../../words/column.ts';

/** A move as it is written; the store numbers it. */
export type NewMove = Omit<CallMove, 'id'>;

export const callMoveFields = {
  callId: { sqlite: 'call_id', sqlServer: 'CallId', type: ascii(80) },
  movedAtMs: { sqlite: 'moved_at', sqlServer: 'MovedAt', type: moment },
  movedBy: { sqlite: 'moved_by', sqlServer: 'MovedBy', type: text(200) },
  why: { sqlite: 'why', sqlServer: 'Why', type: text(400) },
  fromAccountId: { sqlite: 'from_account_id', sqlServer: 'FromAccountId', type: integer },
  fromAccountName: { sqlite: 'from_account_name', sqlServer: 'FromAccountName', type: text(200) },
  fromDepartmentId: { sqlite: 'from_department_id', sqlServer: 'FromDepartmentId', type: integer },
  toAccountId: { sqlite: 'to_account_id', sqlServer: 'ToAccountId', type: integer },
  toAccountName: { sqlite: 'to_account_name', sqlServer: 'ToAccountName', type: text(200) },
  toDepartmentId: { sqlite: 'to_department_id', sqlServer: 'ToDepartmentId', type: integer },
} as const satisfies { readonly [Name in keyof NewMove]: ColumnFor<NewMove[Name]> };

export const callMoveFieldNames = Object.keys(callMoveFields) as (keyof NewMove)[];
