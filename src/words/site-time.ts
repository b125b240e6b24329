/** Time as clocks on the wall at the site show it. What they show is given as if it were UTC milliseconds. */
export type SiteTime = {
  wallOf: (atMs: number) => number;
  /** Where clocks show it twice, the first time; where they jump over it, as long after the jump. */
  momentOf: (wallMs: number) => number;
};

/** Of a site that keeps UTC. */
export const utcTime: SiteTime = { wallOf: (atMs) => atMs, momentOf: (wallMs) => wallMs };
