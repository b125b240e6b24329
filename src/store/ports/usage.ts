/** Conversations of one account on one phone, in milliseconds; null: no account paid, or the directory does not know the phone. */
export type UsedTime = { accountId: number | null; extensionId: number | null; dayMs: number; monthMs: number };

/** What calls have used, for the counters that a start begins with. */
export type UsageReader = {
  /** Of the calls that began since then and are over, but for emergency calls. Rejects with a `StoreError`. */
  usedTime(since: { dayMs: number; monthMs: number }): Promise<UsedTime[]>;
};
