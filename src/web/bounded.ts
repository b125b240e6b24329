import type { Server } from 'node:net';

export type Bound = {
  maximumConnections: number;
  /** Gets a line about those who were turned away, once a minute. */
  warn: (line: string) => void;
};

const saidEveryMs = 60_000;

/** Turns away whoever connects while so many are connected. */
export function boundConnections(server: Server, { maximumConnections, warn }: Bound): void {
  server.maxConnections = maximumConnections;
  let turnedAway = 0;
  let saidMs = -Infinity;
  server.on('drop', () => {
    turnedAway += 1;
    const nowMs = performance.now();
    if (nowMs - saidMs < saidEveryMs) return;
    warn(`${turnedAway} connections were turned away: ${maximumConnections} are open`);
    [turnedAway, saidMs] = [0, nowMs];
  });
}
