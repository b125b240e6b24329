/** Of a scheduled report that several controllers have: which of them makes it, and who has got it from any of them. */

/** What another controller has to do with it: it makes it at present, or everybody has it. */
export type Elsewhere = 'under-way' | 'delivered';

/** The right to make it: no other controller does, as long as this one is connected. */
export type ClaimedRun = {
  isDelivered: (recipient: string) => boolean;
  /** Before each recipient. Rejects where another controller has taken it over meanwhile, or nobody can say so: nothing is sent then. */
  hold: () => Promise<void>;
  noteDelivered: (recipient: string) => Promise<void>;
  /** Everybody has it. */
  finish: () => Promise<void>;
};

/** Everything rejects with a `StoreError`. */
export type SharedRuns = {
  /** `idleHours`: another controller that has done nothing about it for so long leaves it. */
  claim(schedule: string, dueAtMs: number, idleHours?: number): Promise<ClaimedRun | Elsewhere>;
  close(): Promise<void>;
};
