/** Of a rate that nothing special is said of. */
export const plainTerms = { scope: 'all', status: 'open', graceMs: 0, tiers: '' } as const;

/** Of a rate table without peak hours. */
export const noPeak = { peakHours: '', holidays: '', timeZone: 'UTC' } as const;
