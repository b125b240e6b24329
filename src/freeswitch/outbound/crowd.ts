/** Tells when connections arrive faster than they are accepted, so that what need not be done for them at once is left for later. */
export type Crowd = {
  /** A connection was accepted. `greet`, which throws nothing, is called once: now, or when the crowd is over, for those that came last first. */
  accepted(greet: () => void): void;
  isThere(): boolean;
};

/** A crowd that does not end is taken for the usual thing after this: some thousand connections. */
const maximumMs = 250;

/** Less than a millisecond. */
const greetedPerTurn = 5;

/**
 * A turn of the event loop accepts one connection (libuv, uv__server_io), so a call that waits in the queue behind a thousand others waits
 * for a thousand turns, and for all that is done in them. Where turn after turn accepts one, there is a queue: its end is looked for first.
 * A call among very many connections is more often one of the last of them than of the first, which nobody may mean any more.
 */
export function createCrowd(nowMs: () => number = () => performance.now()): Crowd {
  const waiting: (() => void)[] = [];
  /** Turns in a row, this one among them, that have accepted a connection. */
  let turns = 0;
  let accepts = false;
  let beganMs = 0;
  let turn: NodeJS.Immediate | null = null;

  const isThere = (): boolean => turns > 1 && nowMs() - beganMs < maximumMs;

  function nextTurn(): void {
    turns = accepts ? turns + 1 : 0;
    accepts = false;
    for (let greeted = 0; greeted < greetedPerTurn && !isThere(); greeted += 1) {
      const greet = waiting.pop();
      if (greet === undefined) break;
      greet();
    }
    turn = turns > 0 || waiting.length > 0 ? setImmediate(nextTurn) : null;
  }

  return {
    accepted(greet) {
      accepts = true;
      if (turns === 0) beganMs = nowMs();
      turn ??= setImmediate(nextTurn);
      if (isThere()) waiting.push(greet);
      else greet();
    },
    isThere,
  };
}
