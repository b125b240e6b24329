import { formerPrefixesOf } from './former.ts';
import { callingCodeOf, callingCodesFrom, namesOf, numberingOf, type NumberKind, type Numbering } from './metadata.ts';
import { mayBegin, mayGoOn, parsePattern, type Pattern } from './pattern.ts';

/** What the metadata says about a number. */
export type Place = {
  numbering: Numbering;
  kind: NumberKind;
};

/**
 * Where a number is, and of which kind; null: there is no such number. `digits` are international, without `+`. Countries that
 * share a calling code share some ranges too (+1 800 …): those are attributed to the country `home`, if it has them.
 */
export function placeOf(digits: string, home: string): Place | null {
  const code = callingCodeOf(digits);
  if (code === null || digits.length > 15) return null;
  const national = digits.slice(code.length);
  const names = namesOf(code);
  if (names.includes(home)) {
    const kind = kindIn(national, numberingOf(home));
    if (kind !== null) return { numbering: numberingOf(home), kind };
  }
  // As libphonenumber does (phonenumberutil.js, `getRegionCodeForNumberFromRegionList_`): leading digits alone decide.
  for (const name of names) {
    const numbering = numberingOf(name);
    const isHere = names.length === 1 || numbering.leadingDigits?.test(national) === true;
    if (numbering.leadingDigits !== null && !isHere) continue;
    const kind = kindIn(national, numbering);
    if (kind !== null || isHere) return kind === null ? null : { numbering, kind };
  }
  return null;
}

function kindIn(national: string, { lengths, whole, kinds }: Numbering): NumberKind | null {
  if (!lengths.includes(national.length) || !whole.test(national)) return null;
  const found = kinds.find(({ whole }) => whole.test(national));
  if (found === undefined) return null;
  const isMobileToo =
    found.kind === 'fixed-line' && kinds.some(({ kind, whole }) => kind === 'mobile' && whole.test(national));
  return isMobileToo ? 'fixed-line-or-mobile' : found.kind;
}

/**
 * The national numbers that may follow a national prefix at the start of the digits: by the country's pattern, which includes
 * carrier selection codes (libphonenumber's `maybeStripNationalPrefixAndCarrierCode_`), and by removing the plain prefix.
 */
export function withoutNationalPrefix(digits: string, numbering: Numbering, nationalPrefix: string): string[] {
  const isUsual = nationalPrefix === numbering.nationalPrefix;
  const plain = nationalPrefix !== '' && digits.startsWith(nationalPrefix) ? digits.slice(nationalPrefix.length) : null;
  const byPattern = isUsual ? withoutPattern(digits, numbering) : null;
  return [plain, byPattern].filter((national) => national !== null);
}

function withoutPattern(digits: string, { nationalPrefixPattern, nationalPrefixTransform }: Numbering): string | null {
  const match = nationalPrefixPattern?.exec(digits) ?? null;
  if (match === null || nationalPrefixPattern === null) return null;
  const last = match.length > 1 ? match[match.length - 1] : undefined;
  if (nationalPrefixTransform !== null && last !== undefined && last !== '') {
    return digits.replace(nationalPrefixPattern, nationalPrefixTransform);
  }
  return match[0] === '' ? null : digits.slice(match[0].length);
}

/** International digits, without `+`, and what they are. */
export type Located = { digits: string; place: Place };

export function locate(digits: string, home: string): Located | null {
  const place = placeOf(digits, home);
  return place === null ? null : { digits, place };
}

/**
 * A number as keyed after `+` or an international prefix, without a national prefix after the calling code
 * (`+44 (0)20…`, `+54 11 15…`, `+52 1 …`), which some networks accept; null: there is no such number.
 */
export function locateInternational(digits: string, home: string): Located | null {
  const found = locate(digits, home);
  if (found !== null) return found;
  const code = callingCodeOf(digits);
  if (code === null) return null;
  const rest = digits.slice(code.length);
  const [main = code] = namesOf(code);
  const numbering = numberingOf(main);
  const behindFormer = formerPrefixesOf(code)
    .filter((former) => rest.startsWith(former))
    .map((former) => rest.slice(former.length));
  const [located, ...others] = [...withoutNationalPrefix(rest, numbering, numbering.nationalPrefix), ...behindFormer]
    .map((national) => locate(code + national, home))
    .filter((place) => place !== null);
  return located !== undefined && others.every(({ digits: other }) => other === located.digits) ? located : null;
}

const patterns = new Map<string, readonly Pattern[]>();

/** Patterns for the national numbers of a country or network, built when first asked for. */
export function patternsOf(name: string): readonly Pattern[] {
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const made = numberingOf(name).kinds.map(({ source }) => parsePattern(source));
  patterns.set(name, made);
  return made;
}

/** Whether a national number of one of these countries begins with these digits. */
export function nationalMayBegin(names: readonly string[], digits: string): boolean {
  return names.some((name) => patternsOf(name).some((pattern) => mayBegin(pattern, digits)));
}

/** Whether a national number of one of these countries begins with these digits and has more. */
export function nationalMayGoOn(names: readonly string[], digits: string): boolean {
  return names.some((name) => patternsOf(name).some((pattern) => mayGoOn(pattern, digits)));
}

/** Whether any number in the world begins with these digits, which are international, without `+`. */
export function worldMayBegin(digits: string): boolean {
  const code = callingCodeOf(digits);
  if (code === null) return callingCodesFrom(digits).length > 0;
  return nationalMayBegin(namesOf(code), digits.slice(code.length));
}

export function worldMayGoOn(digits: string): boolean {
  const code = callingCodeOf(digits);
  if (code === null) return callingCodesFrom(digits).length > 0;
  return nationalMayGoOn(namesOf(code), digits.slice(code.length));
}
