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

/** Ids of calls that are over. */
export type ErasableCalls = {
  /** Calls of the person, or to them. */
  own: readonly string[];
  /** Calls that only went out with the number: it is the site's, and it alone is taken out. */
  wentOut: readonly string[];
};

/** Rows of a column (`table.column`) that have a number in them. */
export type NamingPlace = { place: string; rows: number };

/** Takes a person out of calls that are over; sums stay. */
export type ErasingStore = {
  findErasable(whose: Whose): Promise<ErasableCalls>;
  /** Answers the ids of the calls' legs. One short transaction, as the next one. */
  eraseCalls(asked: { whose: Whose; callIds: readonly string[] }): Promise<readonly string[]>;
  eraseCallingNumbers(asked: { callIds: readonly string[] }): Promise<void>;
  /** Takes a number out of whatever is not of a call: reasons, alerts, answers, what is still to be told. */
  eraseWords(asked: { number: string }): Promise<void>;
  /** Takes a person out of what was sent to them. Answers how many deliveries to them are under way, which stay as they are. */
  eraseStatements(asked: { accountId: number }): Promise<number>;
  /** Where a number still stands, in whatever table; none where it is too short to be one person's. */
  placesOf(number: string): Promise<NamingPlace[]>;
};
