import type { Health } from './health.ts';

/** Bytes and connections of the event socket since the start. */
export type EslFigures = {
  open: number;
  accepted: number;
  refused: number;
  receivedBytes: number;
  sentBytes: number;
};

/** What is looked at for a scrape of `/metrics`. */
export type Measured = {
  nowMs: number;
  version: string;
  controller: string;
  health: Health;
  /** Phones that are locked. */
  locks: number;
  esl: EslFigures;
  /** Events that programs are told of, since the start. */
  hooks: readonly { target: string; taken: number; failed: number; waiting: number; dropped: number }[];
  /** Null: not known. */
  store: { saved: number; commits: number; bytes: number | null; diskFreeBytes: number | null };
  /** UTC milliseconds; null: there is none, or none are taken. */
  backupAtMs: number | null;
  /** Seconds, by `p50`, `p99` and `max`; since the last scrape. */
  eventLoopDelay: Readonly<Record<string, number>>;
  process: { cpuSeconds: number; residentBytes: number; startedAtMs: number };
};
