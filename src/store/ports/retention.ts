/** A person's calls: those of a phone, of an account, or to a number (E.164, or as it was keyed); all that are given must hold. */
export type Whose = { extension: string | null; number: string | null; accountId: number | null };

/** Calls of a period are dealt with some at a time. `done`: none is left for now. */
export type Tidied = { calls: number; done: boolean };

/** Takes out of call records what is old enough, each step one short transaction that may be the last one before a crash. */
export type RetentionStore = {
  /** Numbers of calls that started before this moment lose their last digits, in the record and its corrections. */
  shortenSome(asked: { beforeMs: number; hiddenDigits: number; limit: number }): Promise<Tidied>;
  /** Calls that started before this moment lose the code that was keyed. */
  forgetSomeCodes(asked: { beforeMs: number; limit: number }): Promise<Tidied>;
  /** Removes records of calls that started before this moment, with their prices, moves and corrections. */
  removeSome(asked: { beforeMs: number; limit: number }): Promise<Tidied>;
};

/** Takes a person out of calls that are over; sums stay. */
export type ErasingStore = {
  countErasable(whose: Whose): Promise<number>;
  /** Answers the ids of the calls' legs; fewer calls than `limit`: none is left. */
  eraseSome(asked: { whose: Whose; limit: number }): Promise<{ calls: number; legIds: readonly string[] }>;
};
