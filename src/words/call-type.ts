/** Call types: what the world says that a number is, whatever was keyed for it. */
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
