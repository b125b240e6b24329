/** Call types: what a number is in the world's numbering, however it was keyed. */
export const callTypes = [
  'internal',
  'local',
  'national',
  'mobile',
  'international',
  'premium',
  'toll-free',
  'service',
  'emergency',
] as const;
export type CallType = (typeof callTypes)[number];
