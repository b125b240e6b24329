/** The thread that posts what happens to calls to the programs that want to know: no call waits for them. `hooks.ts` is its other end. */
import type { MessagePort } from 'node:worker_threads';
import { createHookSender } from '../notify/hooks.ts';
import { openSharedHooks } from '../store/sqlite/hooks/store.ts';
import { loadSqlite } from '../store/sqlite/native.ts';
import { insideThread } from '../threads/inside.ts';
import { hookBody } from '../web/api/webhooks.ts';
import { systemClock as clock } from '../words/clock.ts';
import type { HookTargetSettings } from './hook-targets.ts';

export type HooksThreadData = {
  targets: readonly HookTargetSettings[];
  controller: string;
  /** The local file. */
  file: string;
  /** What the store's `shareWriter` answered. */
  writer: MessagePort;
  /** Of events that wait for one target. */
  most: number;
  keepMs: number;
};

export type HookFigures = { target: string; taken: number; failed: number; waiting: number };

export type FromHooks =
  | { kind: 'failing'; target: string; error: string }
  | { kind: 'working'; target: string }
  | { kind: 'dropped'; target: string; tooMany: number; tooOld: number }
  | { kind: 'figures'; figures: readonly HookFigures[] };

const lookMs = 200;
const tidyMs = 1_000;

const thread = insideThread<HooksThreadData, 'stop', FromHooks>('hooks.ts', loadSqlite);
const { targets, controller, file, writer, most, keepMs } = thread.data;
const store = openSharedHooks(file, writer);
const codesOf = new Map(targets.map(({ name, codes }) => [name, codes]));
const state = { isStopping: false };

const sender = createHookSender({
  ...{
    clock,
    targets: targets.map(({ name, url, secret }) => ({ name, webhook: { url, auth: { kind: 'signed', secret } } })),
  },
  queue: {
    due: async (target, nowMs, limit) =>
      (await store.dueHooks(target, nowMs, limit)).map(({ event, seq, tries }) => ({
        ...{ seq, tries, id: event.id },
        body: hookBody(event, controller, codesOf.get(target) ?? 'masked'),
      })),
    settle: (outcomes) => store.settleHooks(outcomes),
    hurry: (target) => store.hurryHooks(target),
  },
  failing: (target, error) => thread.post({ kind: 'failing', target, error }),
  working: (target) => thread.post({ kind: 'working', target }),
});

async function tidy(): Promise<void> {
  const figures: HookFigures[] = [];
  const counts = sender.counts();
  for (const { name: target } of targets) {
    const beforeMs = clock.nowMs() - keepMs;
    const { waiting, oldestAtMs } = await store.countHooks(target);
    figures.push({ target, waiting, ...(counts.get(target) ?? { taken: 0, failed: 0 }) });
    if (waiting <= most && (oldestAtMs === null || oldestAtMs >= beforeMs)) continue;
    const dropped = await store.trimHooks(target, most, beforeMs);
    if (dropped.tooMany + dropped.tooOld > 0) thread.post({ kind: 'dropped', target, ...dropped });
  }
  thread.post({ kind: 'figures', figures });
}

const looking = setInterval(() => sender.look(), lookMs);
// What the file has against it is said by whoever watches it (data-folder.ts).
const tidying = setInterval(() => void tidy().catch(() => undefined), tidyMs);

thread.onMessage(() => {
  state.isStopping = true;
  clearInterval(looking);
  clearInterval(tidying);
  void sender.close().finally(() => {
    store.close();
    thread.close();
  });
});

await store.gone;
// The next thread gets a port to the next writer.
if (!state.isStopping) throw new Error('the thread that writes the local file died');
