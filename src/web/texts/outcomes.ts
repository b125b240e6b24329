import type { CallType } from '../../words/call-type.ts';
import type { Outcome, Reason } from '../../words/outcome.ts';

/** What pages say for words of closed lists. Addresses, downloads and the API have the words themselves. */

const outcomeTexts: Readonly<Record<Outcome, string>> = {
  answered: 'answered',
  busy: 'busy',
  'no-answer': 'no answer',
  cancelled: 'cancelled',
  failed: 'failed',
  refused: 'refused',
  abandoned: 'abandoned',
  interrupted: 'interrupted',
};

const reasonTexts: Readonly<Record<Reason, string>> = {
  'code-unknown': 'unknown code',
  'code-disabled': 'code is disabled',
  'code-not-yet-valid': 'code is not valid yet',
  'code-expired': 'code has expired',
  'code-locked': 'too many wrong codes',
  'number-too-short': 'number too short',
  'number-too-long': 'number too long',
  'number-blocked': 'number is blocked',
  'number-not-allowed': 'number is not allowed',
  'call-type-not-allowed': 'call type is not allowed',
  'number-invalid': 'no such number',
  'destination-closed': 'destination is closed',
  'no-number-on-file': 'no number on file',
  'outside-hours': 'outside calling hours',
  'too-many-calls': 'too many calls at a time',
  'too-many-calls-a-minute': 'too many calls a minute',
  'minutes-used-up': 'minutes are used up',
  'money-used-up': 'money is used up',
  'price-too-high': 'price too high',
  'price-unknown': 'price unknown',
  'price-not-confirmed': 'price not confirmed',
  'level-too-low': 'authorization level too low',
  'fraud-suspected': 'fraud suspected',
  'entry-malformed': 'keyed in no known form',
  'directory-stale': 'copy of the directory too old',
  'extension-unknown': 'unknown phone',
  'no-account-for-forwarding': 'no account for forwarding',
  'gateway-down': 'gateway is down',
  'unallocated-number': 'number not in use',
  rejected: 'rejected by the carrier',
  congestion: 'congestion',
  'record-not-stored': 'record could not be written',
  'other-failure': 'failed otherwise',
  'caller-hung-up': 'caller hung up',
  'no-digits': 'nothing was keyed',
  'connection-lost': 'connection lost',
};

const callTypeTexts: Readonly<Record<CallType, string>> = {
  internal: 'internal',
  local: 'local',
  national: 'national',
  mobile: 'mobile',
  international: 'international',
  premium: 'premium',
  'toll-free': 'toll-free',
  service: 'service',
  emergency: 'emergency',
};

const all: Readonly<Record<string, string>> = { ...outcomeTexts, ...reasonTexts, ...callTypeTexts };

/** A word of a later version's list is said as it is. */
export const wordText = (word: string): string => all[word] ?? word;
