import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where figures were taken; without it they mean nothing. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return (
    `${model}, ${availableParallelism()} cores, ${gigabytes} GB, ${type()} ${release()}, Node ${process.versions.node}, ` +
    `load before ${(loadavg()[0] ?? 0).toFixed(1)}`
  );
}
