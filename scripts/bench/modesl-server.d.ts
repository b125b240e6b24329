/** The part of modesl 1.2.1 that only its own way of serving calls uses. */
declare module 'modesl' {
  export type ServedConnection = Connection & {
    execute(app: string, arg: string, done: (event: Event) => void): string;
    disconnect(): void;
  };

  export class Server {
    constructor(options: { host: string; port: number }, ready: () => void);
    server: import('node:net').Server;
    on(event: 'connection::open' | 'connection::ready', listener: (connection: ServedConnection) => void): this;
  }
}
