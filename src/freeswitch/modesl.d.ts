/** The part of modesl 1.2.1 that this project uses; the package ships no types. */
declare module 'modesl' {
  import type { EventEmitter } from 'node:events';

  export class Event {
    getHeader(name: string): string | null;
    getBody(): string | null;
  }

  export class Connection {
    /** The listener gets modesl's `Event`. A socket is anything with `on`, `write` and `end`. */
    constructor(socket: EventEmitter);
    /** Events that modesl subscribes to by itself once the channel's data are in. */
    reqEvents: string[];
    /** Sent when FreeSWITCH asks for it (inbound alone). */
    password: string;
    /** What waits for a `command/reply`, oldest first. */
    cmdCallbackQueue: unknown[];
    on(event: string, listener: (event: Event) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    removeAllListeners(): this;
    /** Does not wait for a reply. */
    send(command: string, headers: Record<string, string> | null): void;
    sendRecv(command: string, headers: Record<string, string> | null, reply: (event: Event) => void): void;
    api(command: string, args: string, reply: (event: Event) => void): void;
  }
}
