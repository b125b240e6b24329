import { callRecordFields, type CallRecord } from '../../../words/call-record.ts';

/** Stands in the place of a name or of words, as in SQL Server (dbo.usp_EraseCalls). */
export const erasedName = '(erased)';

/** What tells of a person in a record, as it is once it does not. */
export const emptied = {
  ...{ callerName: '', code: '', keyedNumber: '' },
  ...{ calledNumber: null, calledE164: null, rule: null, callingNumber: null },
  ...{ authorizedById: null, authorizedBy: null },
} satisfies Partial<CallRecord>;

export const emptiedColumns = (Object.keys(emptied) as (keyof typeof emptied)[]).map((field) => ({
  column: callRecordFields[field].sqlite,
  value: emptied[field] === null ? 'NULL' : "''",
}));
