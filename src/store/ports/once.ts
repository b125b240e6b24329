import type { KeptRequest } from './console-store.ts';

/** A request of the API with a key, or a code of a second factor; `key`: a hash that is the same on every controller. */
export type OnceKey = { kind: 'request' | 'code'; key: string };

/** What happens once on all controllers of one system of record. Everything rejects with a `StoreError`. */
export type OnceStore = {
  /** Null: nobody had begun it within a day, and it is begun now. */
  begin(what: OnceKey & { fingerprint: string }): Promise<KeptRequest | null>;
  keep(what: OnceKey, answer: { status: number; json: string }): Promise<void>;
  /** It came to nothing: it may begin again. */
  forget(what: OnceKey): Promise<void>;
};
