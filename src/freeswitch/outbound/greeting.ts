import type { Socket } from 'node:net';
import { createBag } from '../../words/short-lived.ts';

/** What becomes of a connection that has just come. */
export type Newcomer = {
  /** Not asked for anything yet, it has sent so much at most; the connection is to be taken up, and its peer to be told to begin. */
  enter(early: Buffer | null): void;
  /** It has been closed because of what it sent; null: it is gone. */
  refuse(why: string | null): void;
};

/** Tells peers to begin, and tells those apart that cannot be FreeSWITCH. */
export type Greeting = {
  arrived(socket: Socket, newcomer: Newcomer): void;
  /** Those that were not told to begin are closed. */
  close(): void;
};

/**
 * Before it is told to begin, FreeSWITCH sends the notice that the channel is gone at most (mod_event_socket.c, read_packet). Nobody who has a
 * call sends more than the channel's data, 6 to 12 KB.
 */
const mostUnasked = 16 * 1024;
const tooMuch = `more than ${mostUnasked} bytes before it was told to begin`;
/** To tell a peer to begin and to close one are calls of the system, which take long on a busy machine: so many a turn. */
const toldPerTurn = 50;
const closedPerTurn = 4;

/** `leave`: false: it is not there any more. */
type Waiting = { socket: Socket; newcomer: Newcomer; leave: () => boolean };

/** Waits for what a peer does before it is told to begin. */
type Antechamber = {
  enter(one: Omit<Waiting, 'leave'>): Waiting;
  close(): void;
};

/** `onMuch`: it is to be closed. */
function createAntechamber(onMuch: (one: Waiting) => void): Antechamber {
  const waiting = createBag<Waiting>();

  return {
    enter({ socket, newcomer }) {
      const gone = (): void => {
        if (one.leave()) newcomer.refuse(null);
      };
      const onData = (early: Buffer): void => {
        if (!one.leave()) return;
        if (early.length <= mostUnasked) newcomer.enter(early);
        else onMuch(one);
      };
      const one: Waiting = {
        ...{ socket, newcomer },
        leave: () => {
          if (!takeOut()) return false;
          socket.off('data', onData).off('error', gone).off('close', gone);
          return true;
        },
      };
      const takeOut = waiting.add(one);
      socket.on('data', onData).on('error', gone).on('close', gone);
      return one;
    },
    close() {
      for (const { socket, newcomer, leave } of waiting.all()) {
        leave();
        socket.destroy();
        newcomer.refuse(null);
      }
    },
  };
}

/**
 * What comes with a thousand connections at once must not keep a call waiting: those that have sent much unasked by the turn after they were
 * accepted are never told to begin, nothing is made for them, and they are closed a few a turn.
 */
export function createGreeting(): Greeting {
  let fresh: Waiting[] = [];
  let seasoned: Waiting[] = [];
  const leaving: Waiting[] = [];
  let turn: NodeJS.Immediate | null = null;
  const antechamber = createAntechamber((one) => {
    one.socket.on('error', () => undefined);
    one.socket.pause();
    leaving.push(one);
    turn ??= setImmediate(nextTurn);
  });

  function nextTurn(): void {
    turn = null;
    for (let left = toldPerTurn; left > 0 && seasoned.length > 0;) {
      const next = seasoned.shift();
      // Refused, gone or taken up meanwhile.
      if (next === undefined || !next.leave()) continue;
      next.newcomer.enter(null);
      left -= 1;
    }
    // Whatever has come from those that were accepted in this turn is read before the next.
    seasoned = [...seasoned, ...fresh];
    fresh = [];
    leaving.splice(0, closedPerTurn).forEach(seeOut);
    if (seasoned.length > 0 || leaving.length > 0) turn = setImmediate(nextTurn);
  }

  return {
    arrived(socket, newcomer) {
      fresh.push(antechamber.enter({ socket, newcomer }));
      turn ??= setImmediate(nextTurn);
    },
    close() {
      if (turn !== null) clearImmediate(turn);
      turn = null;
      antechamber.close();
      leaving.splice(0).forEach(seeOut);
      [fresh, seasoned] = [[], []];
    },
  };
}

function seeOut({ socket, newcomer }: Waiting): void {
  socket.destroy();
  newcomer.refuse(tooMuch);
}
