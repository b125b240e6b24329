import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import modesl, { type Connection } from 'modesl';
import { eventOf, type ChannelEvent } from '../outbound/channel.ts';
import { createGuard, type Guard } from '../outbound/guard.ts';
import type { FrameLimits } from '../wire/frame.ts';
import type { ReadEvent } from '../wire/trim.ts';

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
  /** The answer to an api command, such as `version`. Names and arguments are ours: nothing of a caller. */
  api(name: string, args: string): Promise<string>;
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

type Login = {
  readonly options: InboundOptions;
  readonly listener: InboundListener;
  readonly guard: Guard;
  readonly connection: Connection;
  state: 'connecting' | 'up' | 'over';
  /** Commands without an answer, by how they are told that there will be none. */
  readonly pending: Set<(error: Error) => void>;
  timer: NodeJS.Timeout | null;
  readonly welcome: PromiseWithResolvers<Inbound>;
};

/** Connects and logs in. Rejects with one clear line. */
export function connectInbound(options: InboundOptions, listener: InboundListener): Promise<Inbound> {
  const { host, port, replyMs } = options;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  const guard = createGuard(socket, {
    limits,
    maxUnsentBytes: 1_048_576,
    onEvent: (event) => onEvent(login, event),
    onFailure: (error) => fail(login, error.message),
  });
  const login: Login = {
    ...{ options, listener, guard, connection: modeslOn(guard, options.password) },
    ...{ state: 'connecting', pending: new Set(), timer: null, welcome: Promise.withResolvers<Inbound>() },
  };
  login.timer = setTimeout(() => fail(login, `no welcome within ${replyMs} ms`), replyMs);
  socket.on('error', (error) => fail(login, error.message));
  socket.on('close', () => fail(login, 'it closed the connection'));
  const { connection } = login;
  connection.on('error', (error: Error) => fail(login, error.message));
  connection.on('esl::event::auth::fail', () => fail(login, 'wrong password (freeswitch.password)'));
  connection.on('esl::event::auth::success', () => letIn(login));
  return login.welcome.promise;
}

/**
 * modesl's own way in makes its own TCP socket, past the guard. Given a socket, it takes FreeSWITCH for the caller and says
 * `connect`; that word is kept back, and nothing waits for its reply. The rest of the login is modesl's.
 */
function modeslOn(guard: Guard, password: string): Connection {
  let introduced = false;
  const link = Object.assign(new EventEmitter(), {
    write: (text: string): boolean => (introduced ? guard.write(text) : true),
    end: () => guard.end(),
  });
  const connection = new modesl.Connection(link);
  introduced = true;
  connection.cmdCallbackQueue.length = 0;
  connection.password = password;
  // The switch's own heartbeat: no subscription has fewer events.
  connection.reqEvents = ['HEARTBEAT'];
  guard.on('data', (bytes: Buffer) => link.emit('data', bytes));
  return connection;
}

function letIn(login: Login): void {
  const { timer, welcome } = login;
  if (login.state !== 'connecting') return;
  login.state = 'up';
  if (timer !== null) clearTimeout(timer);
  welcome.resolve(inboundOf(login));
}

function onEvent({ state, listener }: Login, event: ReadEvent): void {
  if (event.kind !== 'event' || state !== 'up') return;
  const channelEvent = eventOf((name) => event.headers[name]);
  if (channelEvent !== null) listener.onEvent(channelEvent);
}

function fail(login: Login, why: string): void {
  const { state, options, pending, welcome, listener } = login;
  if (state === 'over') return;
  end(login);
  const error = new Error(`FreeSWITCH's event socket at ${options.host}:${options.port}: ${why}`);
  for (const rejectCommand of [...pending]) rejectCommand(error);
  if (state === 'connecting') welcome.reject(error);
  else listener.onLost(error.message);
}

function end(login: Login): void {
  const { timer, guard, connection } = login;
  login.state = 'over';
  if (timer !== null) clearTimeout(timer);
  guard.destroy();
  connection.removeAllListeners();
  connection.on('error', () => undefined);
}

function inboundOf(login: Login): Inbound {
  const { connection, pending } = login;
  const plain = (text: string): Promise<string> =>
    command(login, (reply) => connection.sendRecv(text, null, (event) => reply(event.getHeader('Reply-Text') ?? '')));
  const api = (name: string, args: string): Promise<string> =>
    command(login, (reply) => connection.api(name, args, (event) => reply(event.getBody() ?? '')));
  return {
    api,
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
      if (login.state !== 'over') end(login);
      for (const rejectCommand of [...pending]) rejectCommand(new Error('closed'));
    },
  };
}

function command(login: Login, send: (reply: (text: string) => void) => void): Promise<string> {
  const { options, pending } = login;
  const { host, port, replyMs } = options;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  if (login.state !== 'up') {
    reject(new Error(`FreeSWITCH's event socket at ${host}:${port} is closed`));
    return promise;
  }
  const timer = setTimeout(() => fail(login, `no answer within ${replyMs} ms`), replyMs);
  const settle = (): void => {
    clearTimeout(timer);
    pending.delete(onFailure);
  };
  const onFailure = (error: Error): void => {
    settle();
    reject(error);
  };
  pending.add(onFailure);
  send((text) => {
    settle();
    resolve(text);
  });
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
