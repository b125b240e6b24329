import { readFileSync } from 'node:fs';

/** For the database, logs, the event socket, web requests and reports. */
const reserve = 64;

/**
 * How many sockets fit into the open files that this process may have; Infinity where that is not known. Beyond it the kernel
 * hands out no descriptor, and libuv accepts connections only to close them (uv__emfile_trick in src/unix/stream.c):
 * FreeSWITCH would take the call for served, and hear nothing.
 */
export function socketsThatFit(limits = '/proc/self/limits'): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(limits, 'utf8'))?.[1];
    return limit === undefined ? Infinity : Math.max(1, Number(limit) - reserve);
  } catch {
    // Not Linux.
    return Infinity;
  }
}
