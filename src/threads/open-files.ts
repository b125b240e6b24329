import { readFileSync } from 'node:fs';

/** For the database, logs, the event socket, SQL Server and reports. */
const reserve = 64;
/** More browsers than an office has, and what asks for /healthz and /metrics. */
const most = { console: 1000, http: 200 } as const;

/** How many connections each server of this process may have open at once. */
export type ConnectionShares = { calls: number; console: number; http: number };

/**
 * So that all of them fit into the open files that this process may have; `calls` is Infinity where that is not known. Beyond it the
 * kernel hands out no descriptor, and libuv accepts connections only to close them (uv__emfile_trick in src/unix/stream.c):
 * FreeSWITCH would take the call for served, and hear nothing. So nobody who opens connections to the console takes those of calls.
 */
export function connectionShares(limits = '/proc/self/limits'): ConnectionShares {
  const limit = openFiles(limits);
  const console = Math.min(most.console, Math.max(8, Math.floor(limit / 8)));
  const http = Math.min(most.http, Math.max(4, Math.floor(limit / 32)));
  return { console, http, calls: Math.max(1, limit - reserve - console - http) };
}

function openFiles(limits: string): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(limits, 'utf8'))?.[1];
    return limit === undefined ? Infinity : Number(limit);
  } catch {
    // Not Linux.
    return Infinity;
  }
}
