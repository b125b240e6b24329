/** What the rules, the call and the stores know of numbers; how they are read is in src/numbers. */
export type { DialPlan } from '../numbers/plan.ts';
export { callTypes, emergencyIn, isFreeService, readNumber } from '../numbers/read.ts';
export type { CalledNumber, CallType, UnknownNumber } from '../numbers/read.ts';
export { isComplete } from '../numbers/complete.ts';
export { spellingsOf } from '../numbers/spellings.ts';
