import { randomUUID } from 'node:crypto';
import { tell } from './call.ts';
import type { Call, Connection } from './call.ts';
import { serveCall } from './connection.ts';
import type { Recorder } from './connection.ts';
import { connectAny } from './dialer.ts';
import type { Dialled } from './dialer.ts';
import { hangUp, leaveSocket } from './running.ts';
import { isUp } from './leg.ts';
import { setVariable } from './variables.ts';

/** The `socket` application of the dialplan, and what stands behind it. */
export type SocketApplication = {
  start(call: Call): void;
  /** The application is over and the channel still up: the dialplan's next action. */
  next(call: Call): void;
  close(): void;
};

/** What our dialplan hangs up with where no controller has the call (freeswitch-conf/dialplan/billing.xml, service_down). */
const withoutController = 'NORMAL_TEMPORARY_FAILURE';

/** Where the controllers are, and what is done without one. */
export type SocketOptions = {
  /** `host:port`, or several with `|` between, tried in turn. */
  controllers: string;
  /**
   * What the dialplan does when the controller has gone and the channel is still up: hang up (default), connect once
   * more and then hang up (`socket`), or nothing (`silence`).
   */
  afterSocket?: 'hang-up' | 'socket' | 'silence';
  /**
   * How many connections may wait for the first word of their controller; further calls wait their turn, so that a burst
   * does not overflow the queue of the listening socket (511 in Node). Default 400.
   */
  maxUnserved?: number;
  record?: Recorder;
};

export function createSocketApplication(options: SocketOptions): SocketApplication {
  const { controllers, afterSocket = 'hang-up', record, maxUnserved = 400 } = options;
  const connections = new Set<Connection>();
  const turns = createTurns(maxUnserved);
  let closed = false;

  const serve = (call: Call, { host, socket }: Dialled, leaveQueue: () => void): void => {
    call.result.connected = true;
    setVariable(call.caller.variables, 'socket_host', host);
    call.socketUuid = randomUUID();
    const onClosed = (): void => {
      connections.delete(connection);
      leaveQueue();
      if (call.connection !== connection) return;
      call.connection = null;
      if (isUp(call.caller)) tell(call, { kind: 'controller-gone' });
      leaveSocket(call);
    };
    const onServed = (): void => {
      call.result.served = true;
      leaveQueue();
    };
    const connection = serveCall(call, socket, { onServed, onClosed }, record);
    connections.add(connection);
    call.connection = connection;
    call.socketRuns += 1;
  };
  const dial = async (call: Call, leaveQueue: () => void): Promise<void> => {
    const found = closed || !isUp(call.caller) ? null : await connectAny(controllers);
    if (found !== null && !closed && isUp(call.caller)) {
      serve(call, found, leaveQueue);
      return;
    }
    found?.socket.destroy();
    leaveQueue();
    if (!closed) hangUp(call, withoutController, 'switch');
  };
  const start = (call: Call): void => {
    const { variables } = call.caller;
    setVariable(variables, 'current_application', 'socket');
    setVariable(variables, 'current_application_data', call.socketData);
    setVariable(variables, 'current_application', 'socket');
    turns.take((leaveQueue) => void dial(call, leaveQueue));
  };

  return {
    start,
    next(call) {
      if (afterSocket === 'socket' && call.socketRuns < 2) start(call);
      else if (afterSocket !== 'silence') hangUp(call, withoutController, 'switch');
    },
    close() {
      closed = true;
      turns.forget();
      for (const connection of [...connections]) connection.destroy();
    },
  };
}

type Turn = (done: () => void) => void;

/** At most so many turns run at a time; a turn is over when it calls `done`, and the next one in the queue begins. */
function createTurns(maximum: number) {
  const waiting: Turn[] = [];
  let running = 0;
  const begin = (turn: Turn): void => {
    running += 1;
    let over = false;
    turn(() => {
      if (over) return;
      over = true;
      running -= 1;
      const next = waiting.shift();
      if (next !== undefined) begin(next);
    });
  };
  return {
    take(turn: Turn): void {
      if (running < maximum) begin(turn);
      else waiting.push(turn);
    },
    forget: () => void (waiting.length = 0),
  };
}
