/** When the latest calls of one sort were, oldest first: as many as are asked about. Those before `from` are forgotten. */
export type Moments = { times: number[]; from: number };

export const newMoments = (): Moments => ({ times: [], from: 0 });

/** Forgotten moments are taken out of the list when there are so many: each one alone would move all the others. */
const forgottenAtOnce = 512;

/** The first that is later. */
function firstAfter({ times, from }: Moments, atMs: number): number {
  let [low, high] = [from, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many were within the time before now; what seems to be yet to come is from before a clock was set back. */
export const within = (moments: Moments, forMs: number, nowMs: number): number =>
  firstAfter(moments, nowMs) - firstAfter(moments, nowMs - forMs);

/** Of more than `maximum`, the oldest are forgotten, and so are those from before `forMs`. */
export function note(moments: Moments, atMs: number, forMs: number, maximum: number): void {
  const { times } = moments;
  moments.from = firstAfter(moments, atMs - forMs);
  while (times.length - moments.from >= maximum) {
    // From before a clock was set back: nobody asks about it for now.
    if ((times.at(-1) ?? 0) > atMs) times.pop();
    else moments.from += 1;
  }
  if (moments.from >= forgottenAtOnce) {
    times.splice(0, moments.from);
    moments.from = 0;
  }
  if (atMs >= (times.at(-1) ?? -Infinity)) times.push(atMs);
  else times.splice(firstAfter(moments, atMs), 0, atMs);
}
