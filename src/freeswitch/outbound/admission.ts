import type { Crowd } from './crowd.ts';

/** A peer that has presented a call. */
export type Arrival = {
  /** Its connection is there. */
  isOpen(): boolean;
  /** Takes the call up; throws nothing. */
  begin(): void;
};

/** Takes calls up as they arrive; where very many do at once, a few at a time. */
export type Admission = {
  arrived(arrival: Arrival): void;
  /** Those that are waiting are not taken up any more. */
  close(): void;
};

/** About 2 ms: what a call under way waits for those that arrive, each time that it has something to say. */
const perTurn = 2;

/**
 * A call's arrival costs more than any later event of it, and a thousand in one turn of the event loop would hold up every call by as
 * long as all of them take: each turn takes up a few, and none while connections crowd in. The last to arrive goes first, whose caller has
 * waited for the least time; and a call that waits before those whose connection has gone meanwhile, of which there is no more than a
 * record to write.
 */
export function createAdmission(crowd: Pick<Crowd, 'isThere'>): Admission {
  let waiting: Arrival[] = [];
  let gone: Arrival[] = [];
  let taken = 0;
  let turn: NodeJS.Immediate | null = null;

  function begin(arrival: Arrival): void {
    taken += 1;
    turn ??= setImmediate(nextTurn);
    arrival.begin();
  }

  function nextTurn(): void {
    turn = null;
    taken = 0;
    if (crowd.isThere()) {
      if (waiting.length + gone.length > 0) turn = setImmediate(nextTurn);
      return;
    }
    while (taken < perTurn) {
      const next = nextOpen() ?? gone.shift();
      if (next === undefined) return;
      begin(next);
    }
  }

  function nextOpen(): Arrival | undefined {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.isOpen()) return next;
      gone.push(next);
    }
    return undefined;
  }

  return {
    arrived(arrival) {
      if (taken < perTurn && waiting.length === 0 && !crowd.isThere()) begin(arrival);
      else {
        waiting.push(arrival);
        turn ??= setImmediate(nextTurn);
      }
    },
    close() {
      waiting = [];
      gone = [];
    },
  };
}
