import { callingCodeOf, namesOf, numberingOf } from '../numbers/metadata.ts';
import { remembered } from '../numbers/per-plan.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import {
  afterInternationalPrefix,
  isNational,
  isPrefixOptional,
  nationalDigits,
  readNumber,
  type CalledNumber,
} from '../numbers/read.ts';
import { isSpelling, possibleSpellings } from '../numbers/spellings.ts';
import { nationalMayBegin, worldMayBegin } from '../numbers/world.ts';

/**
 * The first blocked prefix that matches a number; null: none. Blocks are read broadly: a block matches if any spelling of the
 * destination that a caller could key begins with it. In North America `1900`, `900`, `+1900` and `0111900` all block
 * 1-900-555-0123, however it is keyed; where 801 is the area code, `900` also blocks the local 900-0123, because it may be keyed
 * like that.
 *
 * The digits of E.164 without `+` always count, although `readNumber` refuses them where they may be a national number: blocking
 * `4930` in Germany may mean +4930 or 04930, and blocks both.
 *
 * One spelling does not count: a block that is only an international prefix or its beginning (`011`, `00`, `0`) means numbers
 * abroad, including those that share the site's country code, although the site's own country can be reached with that prefix as
 * well. Otherwise it would block everything. For the same reason, spellings with the outside-line digit do not count.
 */
export function blockedPrefix(blocked: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  if (blocked.length === 0) return null;
  const spellings = possibleSpellings(number, plan);
  const hits = (prefix: string) => {
    const isOwn = meansAbroad(prefix, plan) && isOwnCountry(number, plan);
    return spellings.some(
      (spelling) =>
        spelling.startsWith(prefix) &&
        !(isOwn && afterInternationalPrefix(spelling, plan).length > 0) &&
        (spelling === number.e164?.slice(1) || isSpelling(spelling, number, plan)),
    );
  };
  return blocked.find(hits) ?? null;
}

/** An international prefix or its beginning. */
export function meansAbroad(prefix: string, { internationalPrefixes }: DialPlan): boolean {
  return ['+', ...internationalPrefixes].some((international) => international.startsWith(prefix));
}

function isOwnCountry(number: CalledNumber, plan: DialPlan): boolean {
  return number.e164 !== null && nationalDigits(number, plan) !== null && isNational(number.e164, plan);
}

/**
 * The first allowed prefix that a number has; null: none. Allowances are read narrowly, each in one way, as a caller would
 * key it. In North America:
 *
 * - `+44`, `01144`, `0044` (and `+44020` for `+4420`): numbers that begin with these digits in E.164;
 * - `1801`, `801`: +1801…, and extensions that begin with these digits, e.g. 801 and 8015;
 * - `1`: every national number; `1876`: Jamaica, which shares the country code; `011`, `00`: every number abroad that does
 *   not share the country code;
 * - `6424655` where 801 is the area code: a complete local number, so +18016424655 and not +1642…;
 * - `+440`, `01`, `0`: no outside number, because none begins like this.
 */
export function allowedPrefix(allowed: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  return allowed.find((item) => isMeant(item, number, plan)) ?? null;
}

function isMeant(item: string, number: CalledNumber, plan: DialPlan): boolean {
  const { e164 } = number;
  if (e164 === null) return afterInternationalPrefix(item, plan).length === 0 && number.dial.startsWith(item);
  const meant = rememberedDestinations(item, plan);
  if (meant === 'none') return false;
  if (meant === 'abroad') return nationalDigits(number, plan) === null;
  if (!e164.startsWith(meant.e164)) return false;
  return !meant.isOwnCountry || isNational(e164, plan);
}

/** The first allowed number that is the same destination; null: none. `101` allows extension 101 alone. */
export function allowedNumber(allowed: readonly string[], number: CalledNumber, plan: DialPlan): string | null {
  const matches = (item: string) => {
    const meant = readNumber(item, plan);
    return meant.e164 === null
      ? meant.callType === number.callType && meant.dial === number.dial
      : meant.e164 === number.e164;
  };
  return allowed.find(matches) ?? null;
}

/** `isOwnCountry`: only countries that count as national, of those that share the calling code. */
type Destinations = { e164: string; isOwnCountry: boolean } | 'abroad' | 'none';

const rememberedDestinations = remembered(10_000, destinationsOf);

function destinationsOf(item: string, plan: DialPlan): Destinations {
  const { e164 } = readNumber(item, plan);
  if (e164 !== null) return { e164, isOwnCountry: false };
  const { countryCode, nationalPrefix } = plan;
  const [international] = afterInternationalPrefix(item, plan);
  if (international === '') return item === '+' ? 'none' : 'abroad';
  if (international !== undefined) {
    if (!international.startsWith(countryCode))
      return { e164: `+${foreignPrefix(international)}`, isOwnCountry: false };
    return nationalDestinations(international.slice(countryCode.length), plan);
  }
  if (nationalPrefix !== '' && item.startsWith(nationalPrefix)) {
    const rest = item.slice(nationalPrefix.length);
    if (mayBeginNational(rest, plan)) return ownDestinations(rest, plan);
  }
  // These digits could equally be a national number without its prefix.
  const isAmbiguous = !isPrefixOptional(plan) && item.startsWith(countryCode);
  return isAmbiguous ? 'none' : nationalDestinations(item, plan);
}

/** A national prefix before the number is skipped, unless nothing follows it: `+440` does not allow the whole of +44. */
function nationalDestinations(digits: string, plan: DialPlan): Destinations {
  const { nationalPrefix } = plan;
  if (mayBeginNational(digits, plan)) return ownDestinations(digits, plan);
  if (nationalPrefix === '' || !digits.startsWith(nationalPrefix) || digits.length === nationalPrefix.length)
    return 'none';
  const rest = digits.slice(nationalPrefix.length);
  return mayBeginNational(rest, plan) ? ownDestinations(rest, plan) : 'none';
}

const mayBeginNational = (digits: string, plan: DialPlan): boolean =>
  nationalMayBegin(namesOf(plan.countryCode), digits);

function ownDestinations(national: string, { countryCode, nationalCountries }: DialPlan): Destinations {
  const own = namesOf(countryCode).filter((name) => nationalCountries.includes(name));
  return { e164: `+${countryCode}${national}`, isOwnCountry: nationalMayBegin(own, national) };
}

/**
 * Leading digits of numbers abroad, without a trunk prefix: `44020` gives `4420`. A trunk prefix with nothing after it stays, so
 * that `440` is never read as all of `44`.
 */
function foreignPrefix(digits: string): string {
  const code = worldMayBegin(digits) ? null : callingCodeOf(digits);
  const [main] = code === null ? [] : namesOf(code);
  if (code === null || main === undefined) return digits;
  const { nationalPrefix } = numberingOf(main);
  const rest = digits.slice(code.length);
  const isTrunkAndMore =
    nationalPrefix !== '' && rest.startsWith(nationalPrefix) && rest.length > nationalPrefix.length;
  return isTrunkAndMore ? code + rest.slice(nationalPrefix.length) : digits;
}
