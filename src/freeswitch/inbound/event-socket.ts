import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import modesl from 'modesl';
import { eventOf, type ChannelEvent } from '../outbound/channel.ts';
import { createGuard } from '../outbound/guard.ts';
import type { FrameLimits } from '../wire/frame.ts';

export type InboundOptions = {
  host: string;
  port: number;
  password: string;
  /** How long FreeSWITCH may take to let us in, or to answer a command. */
  replyMs: number;
};

/** FreeSWITCH's own event socket: what it knows of calls that no controller serves any more. */
export type Inbound = {
  /** `FreeSWITCH-Switchname`. */
  switchName(): Promise<string>;
  /** Unique-IDs of all channels that are up. */
  channels(): Promise<Set<string>>;
  /** From now on the ends and heartbeats of these legs are told. */
  follow(legIds: readonly string[]): Promise<void>;
  close(): void;
};

export type InboundListener = {
  onEvent(event: ChannelEvent): void;
  /** Called once, unless it was closed by us. */
  onLost(why: string): void;
};

const followedEvents = 'CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE SESSION_HEARTBEAT';

/** A table of ten thousand channels is 6 MB. */
const limits = (): FrameLimits => ({ maxHeaderBytes: 65_536, maxBodyBytes: 67_108_864 });

/** Connects and logs in. Rejects with one clear line. */
export function connectInbound(options: InboundOptions, listener: InboundListener): Promise<Inbound> {
  const { host, port, replyMs } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Inbound>();
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  let state: 'connecting' | 'up' | 'over' = 'connecting';
  const pending = new Set<(error: Error) => void>();

  const fail = (why: string): void => {
    if (state === 'over') return;
    const before = state;
    end();
    const error = new Error(`FreeSWITCH's event socket at ${host}:${port}: ${why}`);
    for (const rejectCommand of [...pending]) rejectCommand(error);
    if (before === 'connecting') reject(error);
    else listener.onLost(error.message);
  };
  const end = (): void => {
    state = 'over';
    clearTimeout(loginTimer);
    guard.destroy();
    connection.removeAllListeners();
    connection.on('error', () => undefined);
  };

  const loginTimer = setTimeout(() => fail(`no welcome within ${replyMs} ms`), replyMs);
  const guard = createGuard(socket, {
    limits,
    maxUnsentBytes: 1_048_576,
    onEvent(event) {
      if (event.kind !== 'event' || state !== 'up') return;
      const channelEvent = eventOf((name) => event.headers[name]);
      if (channelEvent !== null) listener.onEvent(channelEvent);
    },
    onFailure: (error) => fail(error.message),
  });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('it closed the connection'));

  // modesl's own way in makes its own TCP socket, past the guard. Given a socket, it takes FreeSWITCH for the caller and says
  // `connect`; that word is kept back, and nothing waits for its reply. The rest of the login is modesl's.
  let introduced = false;
  const link = Object.assign(new EventEmitter(), {
    write: (text: string): boolean => (introduced ? guard.write(text) : true),
    end: () => guard.end(),
  });
  const connection = new modesl.Connection(link);
  introduced = true;
  connection.cmdCallbackQueue.length = 0;
  connection.password = options.password;
  // The switch's own heartbeat: the least that can be subscribed to.
  connection.reqEvents = ['HEARTBEAT'];
  guard.on('data', (bytes: Buffer) => link.emit('data', bytes));
  connection.on('error', (error: Error) => fail(error.message));
  connection.on('esl::event::auth::fail', () => fail('wrong password (freeswitch.password)'));
  connection.on('esl::event::auth::success', () => {
    if (state !== 'connecting') return;
    state = 'up';
    clearTimeout(loginTimer);
    resolve(inbound);
  });

  function command(send: (reply: (text: string) => void) => void): Promise<string> {
    return new Promise((resolveCommand, rejectCommand) => {
      if (state !== 'up') {
        rejectCommand(new Error(`FreeSWITCH's event socket at ${host}:${port} is closed`));
        return;
      }
      const timer = setTimeout(() => fail(`no answer within ${replyMs} ms`), replyMs);
      const settle = (): void => {
        clearTimeout(timer);
        pending.delete(onFailure);
      };
      const onFailure = (error: Error): void => {
        settle();
        rejectCommand(error);
      };
      pending.add(onFailure);
      send((text) => {
        settle();
        resolveCommand(text);
      });
    });
  }

  const plain = (text: string): Promise<string> =>
    command((reply) => connection.sendRecv(text, null, (event) => reply(event.getHeader('Reply-Text') ?? '')));

  const api = (name: string, args: string): Promise<string> =>
    command((reply) => connection.api(name, args, (event) => reply(event.getBody() ?? '')));

  const inbound: Inbound = {
    async switchName() {
      return (await api('switchname', '')).trim();
    },
    async channels() {
      return new Set(channelIds(await api('show', 'channels as json')));
    },
    async follow(legIds) {
      // The filter first: without one, the events of every channel come.
      for (const legId of legIds) await plain(`filter Unique-ID ${legId}`);
      await plain(`event json ${followedEvents}`);
    },
    close() {
      if (state !== 'over') end();
      for (const rejectCommand of [...pending]) rejectCommand(new Error('closed'));
    },
  };
  return promise;
}

/** Throws where it is not FreeSWITCH's table: "no channels" must never be read out of an error. */
function channelIds(text: string): string[] {
  const table = JSON.parse(text) as { row_count?: unknown; rows?: unknown };
  if (typeof table.row_count !== 'number')
    throw new Error('FreeSWITCH’s answer to "show channels as json" has no row_count');
  if (table.row_count === 0) return [];
  if (!Array.isArray(table.rows)) throw new Error('FreeSWITCH’s answer to "show channels as json" has no rows');
  return (table.rows as { uuid?: unknown }[]).map(({ uuid }) => String(uuid));
}
