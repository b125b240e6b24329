import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * Takes the time between the last bytes that came in and the bridge command that goes out, at the sockets themselves: the same
 * for every controller, and nothing in a controller knows of it.
 */
export function watchWire(): { takeDelays(): number[] } {
  let delays: number[] = [];

  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket };
    let cameInAt = 0;
    let done = false;
    // The controller has its own listener by now (net.js, onconnection): this one must come before it.
    socket.prependListener('data', () => {
      if (!done) cameInAt = performance.now();
    });
    const write: (data: string) => boolean = socket.write.bind(socket);
    Object.assign(socket, {
      write(data: string) {
        if (!done && data.includes('execute-app-name: bridge\n')) {
          delays.push(performance.now() - cameInAt);
          done = true;
        }
        return write(data);
      },
    });
  });

  return {
    takeDelays() {
      const taken = delays;
      delays = [];
      return taken;
    },
  };
}
