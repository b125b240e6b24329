/** Where a controller that listens on this address is reached from its own machine: HOST:PORT. */
export function reachable({ host, port }: { host: string; port: number }): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  return `${everywhere[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;
}
