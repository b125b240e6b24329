import { foreignPrefix } from './e164.ts';
import { afterInternationalPrefix, mayBeginNational, nationalDigits, readNumber, spellingsOf } from './number.ts';
import type { CalledNumber, DialPlan } from './number.ts';

/**
 * The first blocked prefix that hits a number; null: none. Blocks are read wide: one hits if any spelling of the destination
 * that a caller could key begins with it. In North America `1900`, `900`, `+1900` and `0111900` all block 1-900-555-0123,
 * however that is keyed; where 801 is the area code, `900` blocks the local 900-0123 too, because it may be keyed so.
 *
 * One spelling does not count: a block that is no more than an international prefix or its beginning (`011`, `00`, `0`) means
 * numbers abroad, although the own country can be reached through that prefix as well. It would otherwise block everything.
 */
export function blockedPrefix(blocked: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  if (blocked.length === 0) return null;
  const spellings = spellingsOf(number, plan);
  const domestic = spellings.filter((spelling) => afterInternationalPrefix(spelling, plan).length === 0);
  const isOwnCountry = nationalDigits(number, plan) !== null;
  const hits = (prefix: string) => {
    const meansAbroad = ['+', ...plan.internationalPrefixes].some((international) => international.startsWith(prefix));
    return (isOwnCountry && meansAbroad ? domestic : spellings).some((spelling) => spelling.startsWith(prefix));
  };
  return blocked.find(hits) ?? null;
}

/**
 * The first allowed prefix that a number has; null: none. Allowances are read narrowly, each in one way, as a caller would
 * key it. In North America:
 *
 * - `+44`, `01144`, `0044` (and `+44020` for `+4420`): numbers that begin so in E.164;
 * - `1801`, `801`: +1801…, and the extensions whose digits begin so, e.g. 801 and 8015;
 * - `1`: every national number; `011`, `00`: every number abroad;
 * - `6424655` where 801 is the area code: a complete local number, so +18016424655 and not +1642…;
 * - `+440`, `01`, `0`: no number outside, since none begins so.
 */
export function allowedPrefix(allowed: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  const matches = (item: string) => {
    if (number.e164 === null) {
      return afterInternationalPrefix(item, plan).length === 0 && number.keyed.startsWith(item);
    }
    const meant = destinationsOf(item, plan);
    if (meant === 'none') return false;
    if (meant === 'abroad') return nationalDigits(number, plan) === null;
    return number.e164.startsWith(meant.e164);
  };
  return allowed.find(matches) ?? null;
}

/** The first allowed number that is the same destination; null: none. `101` allows extension 101 alone. */
export function allowedNumber(allowed: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  const matches = (item: string) => {
    const meant = readNumber(item, plan);
    return meant.e164 === null
      ? meant.callType === number.callType && meant.keyed === number.keyed
      : meant.e164 === number.e164;
  };
  return allowed.find(matches) ?? null;
}

type Destinations = { e164: string } | 'abroad' | 'none';

function destinationsOf(item: string, plan: DialPlan): Destinations {
  const { e164 } = readNumber(item, plan);
  if (e164 !== null) return { e164 };
  const { countryCode, nationalPrefix } = plan;
  const [international] = afterInternationalPrefix(item, plan);
  if (international === '') return item === '+' ? 'none' : 'abroad';
  if (international !== undefined) {
    if (!international.startsWith(countryCode)) return { e164: `+${foreignPrefix(international)}` };
    return nationalDestinations(international.slice(countryCode.length), plan);
  }
  if (nationalPrefix !== '' && item.startsWith(nationalPrefix)) {
    const rest = item.slice(nationalPrefix.length);
    if (mayBeginNational(rest, plan)) return { e164: `+${countryCode}${rest}` };
  }
  // Read as `readNumber` reads it: where no lengths are listed, the own country code alone is ambiguous.
  const isAmbiguous = plan.nationalLengths.length === 0 && nationalPrefix !== '' && item.startsWith(countryCode);
  return isAmbiguous ? 'none' : nationalDestinations(item, plan);
}

/** A national prefix before the number is skipped, unless nothing follows it: `+440` does not allow the whole of +44. */
function nationalDestinations(digits: string, plan: DialPlan): Destinations {
  const { countryCode, nationalPrefix } = plan;
  if (mayBeginNational(digits, plan)) return { e164: `+${countryCode}${digits}` };
  if (!digits.startsWith(nationalPrefix) || digits.length === nationalPrefix.length) return 'none';
  const rest = digits.slice(nationalPrefix.length);
  return mayBeginNational(rest, plan) ? { e164: `+${countryCode}${rest}` } : 'none';
}
