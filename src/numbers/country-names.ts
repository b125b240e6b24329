import { countries } from './metadata.ts';

/** Names in use besides those of CLDR, by ISO 3166 letters. Where one names more than one country, each has it. */
const alsoCalled: Readonly<Record<string, string>> = {
  AE: 'UAE, Emirates, U.A.E.',
  AC: 'Ascension',
  AG: 'Antigua',
  BA: 'Bosnia, Bosnia Herzegovina',
  BL: 'St Barthelemy',
  BN: 'Brunei Darussalam',
  BQ: 'Netherlands Antilles, Bonaire',
  CD: 'Congo, DR Congo, DRC, Democratic Republic of Congo, Congo Democratic Republic, Zaire',
  CF: 'Central African Rep',
  CG: 'Congo, Congo Brazzaville',
  CI: 'Ivory Coast, Cote d Ivoire',
  CV: 'Cabo Verde, Cape Verde',
  CW: 'Netherlands Antilles, Curacao',
  CZ: 'Czech Republic, Czech Rep',
  DO: 'Dominican Rep',
  FK: 'Falklands',
  FM: 'Micronesia',
  FO: 'Faeroe Islands',
  GB: 'UK, U.K., Great Britain, England, Britain, Scotland, Wales, Northern Ireland',
  GF: 'Guiana French',
  GN: 'Guinea Republic, Guinea Conakry',
  HK: 'Hong Kong',
  IO: 'Diego Garcia',
  KN: 'St Kitts, Nevis',
  KP: 'North Korea, Korea North, DPRK, Korea Democratic People s Republic',
  KR: 'Korea, South Korea, Korea South, Republic of Korea, Korea Republic',
  LA: 'Laos, Lao',
  LC: 'St Lucia',
  LY: 'Libyan Arab Jamahiriya',
  MK: 'Macedonia',
  MM: 'Burma, Myanmar',
  MO: 'Macau, Macao',
  NL: 'Holland',
  PF: 'Tahiti, Polynesia French',
  PM: 'St Pierre',
  PS: 'Palestine, Palestinian Authority',
  RE: 'Reunion Island',
  RU: 'Russian Federation',
  SX: 'Netherlands Antilles, Sint Maarten, St Maarten',
  SZ: 'Swaziland',
  TA: 'Tristan da Cunha',
  TL: 'East Timor',
  TR: 'Turkey, Turkiye',
  US: 'USA, U.S., U.S.A., United States, United States of America, Hawaii, Alaska',
  VA: 'Vatican',
  VC: 'St Vincent',
  VG: 'British Virgin Islands, Virgin Islands British, BVI',
  VI: 'US Virgin Islands, Virgin Islands US, Virgin Islands American',
  VN: 'Viet Nam, Vietnam',
  WF: 'Wallis',
  XK: 'Kosovo',
};

/** Places whose names hold that of a country they are not in. */
const notCountries = [
  'new jersey',
  'new mexico',
  'new south wales',
  'gulf of mexico',
  'baja california',
  'gibraltar strait',
];

/** In lower case, without marks; every run of anything but letters and digits is a space. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bsaint\b/g, 'st')
    .replace(/\band\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim();

function namesIn(language: string): [name: string, country: string][] {
  const shown = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  return countries().flatMap((country): [string, string][] => {
    const name = shown.of(country);
    // "Hong Kong SAR China", "Myanmar (Burma)"
    const short = name?.replace(/ \(.*\)$| SAR .*$/, '');
    return name === undefined || short === undefined ? [] : [...new Set([name, short])].map((text) => [text, country]);
  });
}

/**
 * Finds the countries that a destination names, in English and in the language of a locale; as ISO 3166 letters, none where it
 * names no country. The longest names count: Papua New Guinea is not Guinea.
 */
export function countryNames(language = 'en'): (destination: string) => ReadonlySet<string> {
  const byName = new Map<string, Set<string>>(notCountries.map((name) => [name, new Set()]));
  const also = Object.entries(alsoCalled).flatMap(([country, names]) =>
    names.split(', ').map((name): [string, string] => [name, country]),
  );
  for (const [name, country] of [...namesIn('en'), ...(language === 'en' ? [] : namesIn(language)), ...also]) {
    const key = plain(name);
    byName.set(key, (byName.get(key) ?? new Set()).add(country));
  }
  const longest = Math.max(...[...byName.keys()].map((name) => name.split(' ').length));
  const known = new Map<string, ReadonlySet<string>>();
  return (destination) => {
    const remembered = known.get(destination);
    if (remembered !== undefined) return remembered;
    const found = findNames(plain(destination).split(' '), byName, longest);
    if (known.size < 10_000) known.set(destination, found);
    return found;
  };
}

function findNames(
  words: readonly string[],
  byName: ReadonlyMap<string, ReadonlySet<string>>,
  longest: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = 0; at < words.length;) {
    let taken = 1;
    for (let count = Math.min(longest, words.length - at); count > 0; count -= 1) {
      const countriesNamed = byName.get(words.slice(at, at + count).join(' '));
      if (countriesNamed === undefined) continue;
      for (const country of countriesNamed) found.add(country);
      taken = count;
      break;
    }
    at += taken;
  }
  return found;
}
