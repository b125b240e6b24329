import type { Price } from '../../rating/price.ts';
import type { CallRecord } from '../../words/call-record.ts';
import type { HookKind } from '../../words/hook.ts';
import type { CallMove } from './move-store.ts';

/** What happened to a call, as programs are told of it. Times are UTC milliseconds. */
export type HookEvent = {
  /** A UUID: the same for every target, and on every try. */
  id: string;
  kind: HookKind;
  atMs: number;
  told: Told;
};

export type Told = {
  /** As it was then, with its code. */
  record: CallRecord;
  /** What the call costs; null: it has no price, or not yet. */
  price: Price | null;
  /** Of an event `corrected`: the record that was replaced. */
  before: CallRecord | null;
  /** Of an event `moved`. */
  move: CallMove | null;
};

/** An event that one target has not taken yet. */
export type WaitingHook = { event: HookEvent; seq: number; tries: number };

/** What became of one try. */
export type HookTry = { target: string; seq: number } & (
  { taken: true } | { taken: false; tries: number; againAtMs: number }
);

export type HookTarget = { name: string; kinds: readonly HookKind[] };

/** How many were removed before they were taken. */
export type Dropped = { tooMany: number; tooOld: number };

/** Keeps what programs are to be told, over restarts. */
export type HookStore = {
  /** From now on events are kept for these; what waits for others is removed. */
  keepHookTargets(targets: readonly HookTarget[]): Promise<void>;
  /** Keeps what is not written to this file. Calls that end, are moved or corrected in it are noted together with that. */
  noteHooks(events: readonly Omit<HookEvent, 'id'>[]): Promise<void>;
  /** Those that are due, the one that is to be tried first, first. */
  dueHooks(target: string, nowMs: number, limit: number): Promise<WaitingHook[]>;
  settleHooks(tries: readonly HookTry[]): Promise<void>;
  /** The target takes events again: all that wait are due. */
  hurryHooks(target: string): Promise<void>;
  countHooks(target: string): Promise<{ waiting: number; oldestAtMs: number | null }>;
  /** Removes the oldest of more than `most`, and what happened before. */
  trimHooks(target: string, most: number, beforeMs: number): Promise<Dropped>;
};
