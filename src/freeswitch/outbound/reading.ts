import type { Socket } from 'node:net';

/** When what peers have sent is handled: at once, or where very many send very much, a few pieces at a time. */
export type Reading = {
  /** Calls `handle`, which throws nothing, once, now or later. Nothing more is read from the socket until then. */
  arrived(socket: Pick<Socket, 'pause' | 'resume'>, bytes: number, handle: () => void): void;
};

/** The channel's data and events of FreeSWITCH are 6 to 12 KB, and hardly ever are there more than two in one piece. */
const smallBytes = 32 * 1024;

/** About 2 ms: what a call under way, or a new one, waits for such pieces. */
const bytesPerTurn = 256 * 1024;

/**
 * In one turn of the event loop Node hands over what a thousand sockets have, up to 64 KB each, and handling all of it would hold up every
 * call by half a second. Large pieces wait for their turn; small ones, as FreeSWITCH sends them, go before.
 */
export function createReading(): Reading {
  const waiting: { socket: Pick<Socket, 'pause' | 'resume'>; bytes: number; handle: () => void }[] = [];
  let handled = 0;
  let turn: NodeJS.Immediate | null = null;

  function handleNow(bytes: number, handle: () => void): void {
    handled += bytes;
    turn ??= setImmediate(nextTurn);
    handle();
  }

  function nextTurn(): void {
    turn = null;
    handled = 0;
    while (handled < bytesPerTurn) {
      const next = waiting.shift();
      if (next === undefined) return;
      handleNow(next.bytes, next.handle);
      next.socket.resume();
    }
  }

  return {
    arrived(socket, bytes, handle) {
      if (bytes < smallBytes || (waiting.length === 0 && handled < bytesPerTurn)) {
        handleNow(bytes, handle);
        return;
      }
      socket.pause();
      waiting.push({ socket, bytes, handle });
      turn ??= setImmediate(nextTurn);
    },
  };
}
