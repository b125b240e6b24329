import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import type { HookStore } from '../store/ports/hooks.ts';
import { superviseThread, type Thread } from '../threads/supervise.ts';
import type { SessionDependencies } from '../call/session.ts';
import type { Recorder } from '../records/recorder.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Clock } from '../words/clock.ts';
import type { HookKind } from '../words/hook.ts';
import { messageOf } from '../words/thrown.ts';
import { databaseFile } from './database-file.ts';
import type { HookTargetSettings } from './hook-targets.ts';
import type { FromHooks, HookFigures, HooksThreadData } from './hooks-thread.ts';
import type { Log } from './log.ts';

/** Tells programs of calls. */
export type Hooks = {
  /** Answers at once: a live call does this. Calls that end tell of that with their record (store/sqlite/hooks). */
  tell(kind: HookKind, record: CallRecord): void;
  /** Since the start, by target; `dropped`: events that no program will hear of. */
  figures(): readonly (HookFigures & { dropped: number })[];
  stop(): Promise<void>;
};

export type HooksOptions = {
  config: Config;
  targets: readonly HookTargetSettings[];
  store: Pick<HookStore, 'keepHookTargets' | 'noteHooks'>;
  shareWriter: () => MessagePort;
  clock: Clock;
  log: Log;
};

const program = join(import.meta.dirname, 'hooks-thread.ts');
const restartMs = 5_000;
const maximumRestartMs = 300_000;
const patienceMs = 3_000;
/** Of live calls, while the disk hangs. */
const maximumHeld = 2_000;
/** Events that happen together share a transaction. */
const noteMs = 20;
/** What is dropped is a line in the log at most so often. */
const sayMs = 10_000;

export async function startHooks(options: HooksOptions): Promise<Hooks> {
  const { targets, store, clock, log } = options;
  await store
    .keepHookTargets(targets.map(({ name, events }) => ({ name, kinds: events })))
    .catch((error: unknown) =>
      log.error('webhooks.targets could not be noted: those of the last start count', { error: messageOf(error) }),
    );
  if (targets.length === 0) return { tell: () => undefined, figures: () => [], stop: () => Promise.resolve() };
  const dropped = dropping(options);
  let latest: readonly HookFigures[] = [];
  const thread = startThread(options, (message) => {
    switch (message.kind) {
      case 'failing':
        log.warn('a webhook takes no events: they are kept and tried again', {
          ...{ target: message.target, error: message.error },
        });
        return;
      case 'working':
        log.warn('a webhook takes events again', { target: message.target });
        return;
      case 'dropped':
        dropped.add(message.target, message.tooMany + message.tooOld);
        return;
      case 'figures':
        latest = message.figures;
    }
  });
  const noting = createNoting(options, (count) => targets.forEach(({ name }) => dropped.add(name, count)));
  return {
    tell: (kind, record) =>
      noting.add({ kind, atMs: clock.nowMs(), told: { record, price: null, before: null, move: null } }),
    figures: () =>
      targets.map(({ name: target }) => ({
        ...(latest.find((one) => one.target === target) ?? { target, taken: 0, failed: 0, waiting: 0 }),
        dropped: dropped.of(target),
      })),
    async stop() {
      await noting.flush();
      await thread.stop('stop', { clock, ms: patienceMs });
      dropped.say();
    },
  };
}

/** Tells of every call that comes, once its record is on its way. */
export const tellingRecorder = (recorder: Recorder, hooks: Hooks): Pick<Recorder, 'forCall'> => ({
  forCall() {
    const ofCall = recorder.forCall();
    return {
      ...ofCall,
      arrived(record) {
        ofCall.arrived(record);
        hooks.tell('started', record);
      },
    };
  },
});

/** What a live call tells besides. */
export const tellingOf = (hooks: Hooks): Pick<SessionDependencies, 'answered' | 'accountSet'> => ({
  answered: (record) => hooks.tell('answered', record),
  accountSet: (record) => hooks.tell('account-set', record),
});

function startThread(
  { config, targets, shareWriter, clock, log }: HooksOptions,
  receive: (message: FromHooks) => void,
): Thread<'stop'> {
  const { maximumWaiting: most, retryHours } = config.webhooks;
  return superviseThread<'stop', FromHooks>({
    ...{ program, name: 'webhooks', receive },
    data: () => {
      const writer = shareWriter();
      const value: HooksThreadData = {
        ...{ targets, controller: config.controller.name, file: databaseFile(config), writer },
        ...{ most, keepMs: retryHours * 3_600_000 },
      };
      return { value, transfer: [writer] };
    },
    exited: ({ asked, why, isNews }) => {
      if (!asked && isNews) log.error('the thread of the webhooks died and will be restarted', { reason: why });
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });
}

type LiveEvent = Parameters<HookStore['noteHooks']>[0][number];

/** Hands events of live calls to the writer, some at a time, one transaction after the other. */
function createNoting({ store, clock }: HooksOptions, lost: (count: number) => void) {
  let held: LiveEvent[] = [];
  let cancel: (() => void) | null = null;
  let underWay: Promise<void> | null = null;
  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    await underWay;
    const events = held;
    held = [];
    if (events.length === 0) return;
    underWay = store.noteHooks(events).then(
      () => undefined,
      () => lost(events.length),
    );
    await underWay;
    underWay = null;
  }
  return {
    add(event: LiveEvent): void {
      if (held.length >= maximumHeld) {
        lost(1);
        return;
      }
      held.push(event);
      if (underWay === null) cancel ??= clock.after(noteMs, () => void again());
    },
    flush,
  };
  async function again(): Promise<void> {
    while (held.length > 0) await flush();
  }
}

/** Counts what is dropped, and says so now and then. */
function dropping({ clock, log }: Pick<HooksOptions, 'clock' | 'log'>) {
  const all = new Map<string, number>();
  const unsaid = new Map<string, number>();
  let cancel: (() => void) | null = null;
  function say(): void {
    cancel?.();
    cancel = null;
    for (const [target, events] of unsaid)
      log.error('events of calls were dropped: a webhook has not taken them, and no program hears of them', {
        ...{ target, events, since: 'the last such line', total: all.get(target) ?? 0 },
      });
    unsaid.clear();
  }
  return {
    say,
    of: (target: string): number => all.get(target) ?? 0,
    add(target: string, count: number): void {
      all.set(target, (all.get(target) ?? 0) + count);
      unsaid.set(target, (unsaid.get(target) ?? 0) + count);
      cancel ??= clock.after(sayMs, say);
    },
  };
}
