import type { Breach } from './find-breaches.ts';

/** One line for each breach that `notYet` does not excuse, and for each excuse that has become superfluous. */
export function judge(breaches: readonly Breach[], notYet: readonly string[]): readonly string[] {
  const excused = new Set(notYet);
  const standing = new Set(breaches.map((breach) => breach.import));
  return [
    ...breaches.filter((breach) => !excused.has(breach.import)).map((breach) => `${breach.import}: ${breach.why}`),
    ...notYet
      .filter((entry) => !standing.has(entry))
      .map((entry) => `${entry}: no breach any more; take it out of scripts/fences/not-yet.ts`),
  ];
}
