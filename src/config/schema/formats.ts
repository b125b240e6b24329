import { isE164 } from '../../numbers/e164.ts';
import { callTypes } from '../../words/call-type.ts';
import { integer, listOf, oneOf, text } from '../format.ts';

/** Formats that more than one group of settings uses. */
export const anyText = text('any text');
export const address = text('an address', (value) => value !== '');
export const callTypeList = listOf(oneOf(...callTypes), `call types (${callTypes.join(', ')})`);
export const e164OrEmpty = text(
  'a number in E.164 such as +18015550100, or empty',
  (value) => value === '' || isE164(value),
);
/** Up to an hour. */
export const milliseconds = integer(1, 3_600_000);
