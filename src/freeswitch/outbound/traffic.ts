import type { Socket } from 'node:net';
import { createBag } from '../../words/short-lived.ts';

/** What went over the event socket since the start. */
export type Traffic = { accepted: number; refused: number; receivedBytes: number; sentBytes: number };

/** Counts connections and their bytes; what is open counts with what it has so far. */
export function createTraffic(): { accepted(socket: Socket): void; refused(): void; figures(): Traffic } {
  const open = createBag<Socket>();
  const closed: Traffic = { accepted: 0, refused: 0, receivedBytes: 0, sentBytes: 0 };
  return {
    accepted(socket) {
      closed.accepted += 1;
      const leave = open.add(socket);
      socket.once('close', () => {
        leave();
        closed.receivedBytes += socket.bytesRead;
        closed.sentBytes += socket.bytesWritten;
      });
    },
    refused() {
      closed.refused += 1;
    },
    figures() {
      const total = { ...closed };
      for (const { bytesRead, bytesWritten } of open.all()) {
        total.receivedBytes += bytesRead;
        total.sentBytes += bytesWritten;
      }
      return total;
    },
  };
}
