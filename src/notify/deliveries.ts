import {
  alertWays,
  type Alert,
  type AlertLane,
  type AlertWay,
  type DeliveryNote,
  type Undelivered,
} from '../words/alert.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import { createPauses, pauseAfter, within, type Pauses } from './pauses.ts';

/** What keeps alerts over restarts. */
export type AlertKeeper = {
  keepAlert(alert: Alert, ways: readonly AlertWay[]): Promise<void>;
  noteDelivery(note: DeliveryNote): Promise<void>;
  undelivered(lane: AlertLane, limit: number): Promise<Undelivered[]>;
};

export type Delivery = {
  readonly alert: Alert;
  readonly way: AlertWay;
  /** Addresses that do not have it yet; null: none has. */
  left: readonly string[] | null;
  tries: number;
};

/** One try; rejects where it came to nothing. It is given up with the signal, and keeps `left` up to date. */
export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

/** Alerts on their ways out: each is kept on disk until it is taken, and tried again until then, by the next run too. */
export type Deliveries = {
  /** Answers at once: the first try is under way, and so is what keeps it. */
  deliver(alert: Alert, ways: readonly AlertWay[]): void;
  /** Resolves when no try is under way any more, or after a few seconds; the rest is for the next run. */
  close(): Promise<void>;
};

export type DeliveriesOptions = {
  send: Send;
  keeper: AlertKeeper;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  /** Pauses before further tries; the last one repeats. */
  pausesMs: readonly number[];
  /** How long after the alert the last try may be, once these pauses are over. */
  keepMs: number;
  /** `ends`: it is not tried again. */
  failed: (delivery: Delivery, error: string, ends: boolean) => void;
  /** The alert may be lost where this controller stops. */
  notKept: (alert: Alert, error: string) => void;
};

/** How long a stop waits for tries that are under way. */
const lastWordsMs = 3_000;
/** Of one lane at a time: the rest waits on disk. */
const maximumUnderWay = 200;

type Lane = AlertLane & {
  /** By the alert's id. */
  readonly underWay: Map<string, Promise<void>>;
  /** Taken by their receiver, and not noted yet: they are not sent again. By the alert's id. */
  readonly taken: Map<string, Promise<void>>;
  readonly pauses: Pauses;
  /** Something is on disk alone. */
  waits: boolean;
};
type Out = { readonly options: DeliveriesOptions; readonly lanes: readonly Lane[]; readonly ending: AbortController };

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { clock, keeper, notKept } = options;
  const ending = new AbortController();
  const lanes = alertWays.flatMap((way) =>
    [true, false].map((isEmergency): Lane => {
      const pauses = createPauses(clock, ending.signal);
      return { way, isEmergency, underWay: new Map(), taken: new Map(), pauses, waits: true };
    }),
  );
  const out: Out = { options, lanes, ending };
  // What an earlier run left.
  for (const lane of lanes) void takeUp(out, lane);
  return {
    deliver(alert, ways) {
      const kept = keeper.keepAlert(alert, ways);
      const late = ways
        .map((way) => ({ way, lane: laneOf(out, alert, way) }))
        .filter(({ way, lane }) => !begin(out, lane, { alert, way, left: null, tries: 0 }, kept));
      kept.then(
        () => {
          for (const { lane } of late) lane.waits = true;
          for (const { lane } of late) void takeUp(out, lane);
        },
        (error: unknown) => notKept(alert, messageOf(error)),
      );
    },
    async close() {
      const ended = async (): Promise<void> => {
        await Promise.all(lanes.flatMap(({ underWay }) => [...underWay.values()]));
        await Promise.all(lanes.flatMap(({ taken }) => [...taken.values()]));
      };
      for (const { pauses } of lanes) pauses.end();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const cancelWait = clock.after(lastWordsMs, () => resolve(undefined));
      await Promise.race([ended(), promise]);
      cancelWait();
      ending.abort(new Error('the controller is stopping'));
      await ended();
    },
  };
}

function laneOf({ lanes }: Out, { kind }: Alert, way: AlertWay): Lane {
  const lane = lanes.find((one) => one.way === way && one.isEmergency === (kind === 'emergency-call'));
  if (lane === undefined) throw new Error(`there is no lane for ${kind} by ${way}`);
  return lane;
}

const isFull = ({ underWay }: Lane): boolean => underWay.size >= maximumUnderWay;

/** What is on disk alone, as far as there is room for it. */
async function takeUp(out: Out, lane: Lane): Promise<void> {
  if (!lane.waits || isFull(lane) || out.ending.signal.aborted) return;
  lane.waits = false;
  try {
    const { underWay, taken } = lane;
    // Even where all that are under way are among them, the others fill the lane. It is read for each delivery while more wait.
    const limit = maximumUnderWay + taken.size;
    const found = await out.options.keeper.undelivered(lane, limit);
    const isHere = (id: string): boolean => underWay.has(id) || taken.has(id);
    const begun = found.map(
      (delivery) => isHere(delivery.alert.id) || begin(out, lane, { ...delivery }, Promise.resolve()),
    );
    lane.waits ||= found.length === limit || begun.includes(false);
  } catch {
    lane.waits = true;
    // Whoever watches the file says what is wrong with it (controller/data-folder.ts); the next that ends looks again.
  }
}

/** False: there are too many, and it waits on disk. */
function begin(out: Out, lane: Lane, delivery: Delivery, kept: Promise<void>): boolean {
  const { underWay, pauses } = lane;
  const { id } = delivery.alert;
  if (isFull(lane) || pauses.haveEnded()) return false;
  const run = tryUntilTaken(out, lane, delivery, kept)
    .catch(() => undefined)
    .finally(() => {
      underWay.delete(id);
      void takeUp(out, lane);
    });
  underWay.set(id, run);
  return true;
}

async function tryUntilTaken(out: Out, lane: Lane, delivery: Delivery, kept: Promise<void>): Promise<void> {
  const { signal } = out.ending;
  const { send } = out.options;
  for (;;) {
    try {
      await within(send(delivery, signal), signal);
      // Whoever took this one may take the others now.
      lane.pauses.cutShort();
      noteTaken(out, lane, delivery, kept);
      return;
    } catch (error) {
      if (await isLastTry(out, delivery, messageOf(error), kept)) return;
    }
    if (!(await lane.pauses.pause(pauseOf(out, delivery)))) return;
  }
}

/**
 * Sees that it is noted, and not sent again meanwhile: it does not count as under way, so that the others go out also while nothing can be
 * written. What is not noted when this run ends is sent once more by the next one, under the same id.
 */
function noteTaken({ options }: Out, { taken, pauses }: Lane, { alert, way }: Delivery, kept: Promise<void>): void {
  const { keeper, clock, pausesMs } = options;
  const { id } = alert;
  const note: DeliveryNote = { kind: 'delivered', alertId: id, way, atMs: clock.nowMs() };
  const isNoted = (): Promise<boolean> =>
    keeper.noteDelivery(note).then(
      () => true,
      () => false,
    );
  async function untilNoted(): Promise<void> {
    try {
      await kept;
    } catch {
      // It is not on disk, and no other run knows of it.
      return;
    }
    for (let tries = 0; !(await isNoted()); tries += 1) {
      const goesOn = await pauses.pause(pauseAfter(tries + 1, pausesMs));
      if (!goesOn) {
        await isNoted();
        return;
      }
    }
  }
  taken.set(
    id,
    untilNoted().finally(() => taken.delete(id)),
  );
}

/** Notes a try that failed. */
async function isLastTry(
  { options, ending }: Out,
  delivery: Delivery,
  error: string,
  kept: Promise<void>,
): Promise<boolean> {
  const { clock, pausesMs, keepMs, failed, keeper } = options;
  if (ending.signal.aborted) {
    failed(delivery, error, false);
    return true;
  }
  delivery.tries += 1;
  const { tries, left, alert, way } = delivery;
  const nowMs = clock.nowMs();
  const ends = tries > pausesMs.length && nowMs - alert.atMs >= keepMs;
  if (ends || tries === pausesMs.length + 1) failed(delivery, error, ends);
  const what = { alertId: alert.id, way, tries, error };
  const noted: DeliveryNote = ends
    ? { kind: 'given-up', ...what, atMs: nowMs }
    : { kind: 'failed', ...what, left, againAtMs: nowMs + pauseOf({ options }, delivery) };
  // The next try does not depend on it.
  await kept.then(() => keeper.noteDelivery(noted)).catch(() => undefined);
  return ends;
}

const pauseOf = ({ options: { pausesMs } }: Pick<Out, 'options'>, { tries }: Delivery): number =>
  pauseAfter(tries, pausesMs);
