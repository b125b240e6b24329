import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection, and to which host. */
export type Dialled = { socket: Socket; host: string };

/** Tries `host:port|host:port` in turn, as the `socket` application does; null when none takes the connection. */
export async function connectAny(controllers: string): Promise<Dialled | null> {
  for (const controller of controllers.split('|')) {
    const at = controller.lastIndexOf(':');
    const host = at < 0 ? controller : controller.slice(0, at);
    const port = at < 0 ? 8084 : Number(controller.slice(at + 1));
    const socket = await dial(host.replace(/^\[|\]$/g, ''), port);
    if (socket !== null) return { socket, host };
  }
  return null;
}

function dial(host: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const fail = (): void => resolve(null);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
