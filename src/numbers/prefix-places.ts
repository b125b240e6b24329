import { callingCodeOf, callingCodesFrom, namesOf, numberingOf, type NumberKind } from './metadata.ts';
import { parsePattern, stepOn, type Pattern } from './pattern.ts';

/** Countries and kinds of the numbers that begin with a prefix; without any, no number does. */
export type PrefixPlaces = {
  /** ISO 3166 letters; for a network, its calling code. */
  countries: ReadonlySet<string>;
  kinds: ReadonlySet<NumberKind>;
};

type Walker = { country: string; kind: NumberKind; pattern: Pattern; states: readonly number[] };

const startsByCode = new Map<string, readonly Walker[]>();

function startsOf(code: string): readonly Walker[] {
  const known = startsByCode.get(code);
  if (known !== undefined) return known;
  const made = namesOf(code).flatMap((country) =>
    numberingOf(country).kinds.map(({ kind, source }) => {
      const pattern = parsePattern(source);
      return { country, kind, pattern, states: pattern.start };
    }),
  );
  startsByCode.set(code, made);
  return made;
}

function stepAll(walkers: readonly Walker[], digit: string): Walker[] {
  return walkers.flatMap((walker) => {
    const states = stepOn(walker.pattern, walker.states, digit);
    return states.length === 0 ? [] : [{ ...walker, states }];
  });
}

/**
 * Looks up prefixes (digits of E.164, without `+`), of which many come one after the other in order: what two neighbours have in
 * common is walked once.
 */
export function prefixPlaces(): (prefix: string) => PrefixPlaces {
  let code = '';
  let national = '';
  /** After none, one, two … digits of `national`. */
  let steps: (readonly Walker[])[] = [];

  function walkersAt(ofCode: string, digits: string): readonly Walker[] {
    if (ofCode !== code) [code, national, steps] = [ofCode, '', [startsOf(ofCode)]];
    let common = 0;
    while (common < digits.length && digits[common] === national[common]) common += 1;
    steps.length = common + 1;
    for (const digit of digits.slice(common)) steps.push(stepAll(steps.at(-1) ?? [], digit));
    national = digits;
    return steps.at(-1) ?? [];
  }

  return (prefix) => {
    const own = callingCodeOf(prefix);
    const walkers =
      own === null
        ? callingCodesFrom(prefix).flatMap((begun) => startsOf(begun))
        : walkersAt(own, prefix.slice(own.length));
    return {
      countries: new Set(walkers.map(({ country }) => country)),
      kinds: new Set(walkers.map(({ kind }) => kind)),
    };
  };
}
