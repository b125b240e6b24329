// The callers and their FreeSWITCH in a process of their own: a simulator that is told what to place.
import { createSimulator, type SimulatedCall, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { answeredCall, silentCall } from './call-plan.ts';
import { answerParent, tellFailures } from './child.ts';

export type CallerRequests = {
  /** One call after another on each of so many lanes, until the time or the number of calls is up. */
  lanes: {
    input: { port: number; lanes: number; talkMs: number; paceMs: number; seconds?: number; calls?: number };
    result: LanesResult;
  };
  /** Calls that arrive by chance at this rate; each talks for `talkMs`. */
  arrivals: {
    input: { port: number; perSecond: number; seconds: number; talkMs: number };
    result: { calls: number; unanswered: number };
  };
  /** So many calls at once that stay as they are, until `release`. */
  hold: { input: { port: number; calls: number; state: 'prompt' | 'conversation' }; result: null };
  release: { input: null; result: null };
  /** All that one controller sends for one call, its ids named in the order in which they appear. */
  commands: { input: { port: number }; result: string };
};

export type LanesResult = {
  calls: number;
  seconds: number;
  /** What FreeSWITCH sent to the controller. */
  bytes: number;
  events: number;
};

let held: Simulator | null = null;

tellFailures();
answerParent<CallerRequests>({ lanes, arrivals, hold, release, commands }, () => Promise.resolve(held?.close()));

async function lanes(input: CallerRequests['lanes']['input']): Promise<LanesResult> {
  const { port, lanes: count, talkMs, paceMs, seconds = Infinity, calls = Infinity } = input;
  let [bytes, events, placed, over] = [0, 0, 0, 0];
  const simulator = createSimulator({
    controllers: `127.0.0.1:${port}`,
    paceMs,
    record({ direction, text }) {
      if (direction === 'received') return;
      bytes += Buffer.byteLength(text);
      if (text.includes('Content-Type: text/event-json')) events += 1;
    },
  });
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (placed < calls && performance.now() < endsAt) {
      placed += 1;
      await answered(simulator.placeCall(answeredCall(talkMs)));
      over += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
  const result = { calls: over, seconds: (performance.now() - startedAt) / 1000, bytes, events };
  // Legs end a moment before their sockets do.
  await new Promise((resolve) => setTimeout(resolve, 300));
  simulator.close();
  return { ...result, bytes, events };
}

async function answered(call: SimulatedCall): Promise<void> {
  const result = await call.finished;
  if (!result.answered) throw new Error(`a call was not answered: ${JSON.stringify(result)}`);
}

async function arrivals({ port, perSecond, seconds, talkMs }: CallerRequests['arrivals']['input']) {
  const simulator = createSimulator({ controllers: `127.0.0.1:${port}`, paceMs: 20 });
  const open: Promise<boolean>[] = [];
  const endsAt = performance.now() + seconds * 1000;
  for (let at = performance.now(); at < endsAt; at += interval(perSecond)) {
    const wait = at - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    open.push(simulator.placeCall(answeredCall(talkMs)).finished.then(({ answered: is }) => is));
  }
  const unanswered = (await Promise.all(open)).filter((is) => !is).length;
  simulator.close();
  return { calls: open.length, unanswered };
}

/** Milliseconds to the next arrival of a Poisson process. */
const interval = (perSecond: number): number => (-Math.log(1 - Math.random()) * 1000) / perSecond;

async function hold({ port, calls, state }: CallerRequests['hold']['input']): Promise<null> {
  held = createSimulator({ controllers: `127.0.0.1:${port}`, paceMs: 20 });
  const script: CallScript = state === 'prompt' ? silentCall : answeredCall(Infinity);
  const reached = state === 'prompt' ? 'heard' : 'bridged';
  const waiting: Promise<void>[] = [];
  for (let call = 0; call < calls; call += 1) {
    const there = Promise.withResolvers<undefined>();
    waiting.push(there.promise);
    const placed = held.placeCall({
      ...script,
      onDialogue: (event) => {
        if (event.kind === reached) there.resolve(undefined);
      },
    });
    void placed.finished.then(() => there.reject(new Error('a call that should wait ended')));
    // A burst of calls, not all in the same instant.
    if (call % 50 === 49) await there.promise;
  }
  await Promise.all(waiting);
  return null;
}

function release(): Promise<null> {
  held?.close();
  held = null;
  return Promise.resolve(null);
}

async function commands({ port }: CallerRequests['commands']['input']): Promise<string> {
  let text = '';
  const simulator = createSimulator({
    controllers: `127.0.0.1:${port}`,
    record: (entry) => {
      if (entry.direction === 'received') text += entry.text;
    },
  });
  await answered(simulator.placeCall(answeredCall(50)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  simulator.close();
  const names = new Map<string, string>();
  return text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    const name = names.get(id) ?? `id-${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}
