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

/** About 5 ms: what a call under way waits for those that arrive, each time that it has something to say. */
const perTurn = 5;

/**
 * A call's arrival costs more than any later event of it, and a thousand in one turn of the event loop would hold up every call by as
 * long as all of them take: each turn takes up a few. A call that waits goes before those whose connection has gone meanwhile, of
 * which there is no more than a record to write.
 */
export function createAdmission(): Admission {
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
    while (taken < perTurn) {
      const next = nextOpen() ?? gone.shift();
      if (next === undefined) return;
      begin(next);
    }
  }

  function nextOpen(): Arrival | undefined {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.isOpen()) return next;
      gone.push(next);
    }
    return undefined;
  }

  return {
    arrived(arrival) {
      if (taken < perTurn && waiting.length === 0) begin(arrival);
      else waiting.push(arrival);
    },
    close() {
      waiting = [];
      gone = [];
    },
  };
}
