/** Whom and what calls were of: null, or empty: no account paid, the directory does not know the phone, they are of no department and no destination. */
export type CallGroups = {
  accountId: number | null;
  extensionId: number | null;
  departmentId: number | null;
  destinationIds: readonly number[];
};

/** Conversations of one of each, in milliseconds. */
export type UsedTime = CallGroups & { dayMs: number; monthMs: number };

/** What calls have used, for the counters that a start begins with. */
export type UsageReader = {
  /** Of the calls that began since then and are over, but for emergency calls. Rejects with a `StoreError`. */
  usedTime(since: { dayMs: number; monthMs: number }): Promise<UsedTime[]>;
};
