/** Why a billing code is easily guessed, whoever has it. */
export const weaknesses = [
  /** Shorter than the site's guessing budget demands (length.ts). */
  'short',
  /** 234567, 8642: each digit as far from the one before. */
  'sequence',
  /** 1111, 121212: few digits, or a part that repeats. */
  'repeats',
  /** 2468024: a row or column of the keypad, or a well-known code. */
  'well-known',
  /** A day, month and year, or a year alone. */
  'date-like',
  /** An extension, alone or with digits that say nothing around it. */
  'extension',
  /** One wrong, missing or swapped digit away from another one. */
  'near-another',
] as const;
export type Weakness = (typeof weaknesses)[number];

/** What a code's own digits say. `minimumLength`: see `lengthFor`. `isExtension`: of the directory. */
export function weaknessesOf(
  code: string,
  { minimumLength, isExtension }: { minimumLength: number; isExtension: (digits: string) => boolean },
): Weakness[] {
  return [
    ...(code.length < minimumLength ? (['short'] as const) : []),
    ...(isSequence(code) ? (['sequence'] as const) : []),
    ...(isRepetition(code) ? (['repeats'] as const) : []),
    ...(wellKnown.has(code) ? (['well-known'] as const) : []),
    ...(isDateLike(code) ? (['date-like'] as const) : []),
    ...(isExtension(code.replace(/^0+(?=\d)/, '')) || isExtension(code) ? (['extension'] as const) : []),
  ];
}

/** Each digit as far from the one before, around 9 and 0 too; or rising or falling by one from end to end, but for one step. */
function isSequence(code: string): boolean {
  if (code.length < 3) return code.length > 0;
  const step = stepAt(code, 1);
  for (let at = 2; at < code.length; at += 1)
    if (stepAt(code, at) !== step) return longestRun(code) >= code.length - 1 && code.length > 4;
  return true;
}

const digitAt = (code: string, at: number): number => code.charCodeAt(at) - 48;
const stepAt = (code: string, at: number): number => (digitAt(code, at) - digitAt(code, at - 1) + 10) % 10;

/** The longest part in which digits follow each other up or down by one, or stay. */
function longestRun(code: string): number {
  let [longest, run] = [1, 1];
  for (let at = 1; at < code.length; at += 1) {
    const step = stepAt(code, at);
    const goesOn = (step === 0 || step === 1 || step === 9) && (run === 1 || step === stepAt(code, at - 1));
    run = goesOn ? run + 1 : step === 0 || step === 1 || step === 9 ? 2 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** At most two different digits in more than three, or a part that repeats to the end, or that comes again backwards. */
function isRepetition(code: string): boolean {
  if (code.length > 3 && new Set(code).size <= 2) return true;
  for (let part = 1; part <= code.length / 2; part += 1) {
    if (code.length % part === 0 && code === code.slice(0, part).repeat(code.length / part)) return true;
  }
  return code.length > 3 && code.length % 2 === 0 && code === code.split('').reverse().join('');
}

const wellKnown = new Set([
  ...['2580', '0852', '1470', '3690', '1379', '7931', '147258', '159357', '258000', '147258369', '963852741'],
  ...['1397', '2684', '5683', '121314', '123654', '112233', '332211'],
  ...['13579', '24680', '31415926', '27182818', '8675309'],
]);

const isYear = (digits: string): boolean => /^(?:19|20)\d\d$/.test(digits);
const isDay = (digits: string): boolean => /^(?:0[1-9]|[12]\d|3[01])$/.test(digits);
const isMonth = (digits: string): boolean => /^(?:0[1-9]|1[0-2])$/.test(digits);
const isDayAndMonth = (digits: string): boolean => {
  const [first, second] = [digits.slice(0, 2), digits.slice(2)];
  return (isDay(first) && isMonth(second)) || (isMonth(first) && isDay(second));
};

/** Day and month in either order, with or without a year before or after them; a year alone. */
function isDateLike(code: string): boolean {
  switch (code.length) {
    case 4:
      return isYear(code) || isDayAndMonth(code);
    case 6:
      return isDayAndMonth(code.slice(0, 4)) || isDayAndMonth(code.slice(2)) || isMonthOfYear(code);
    case 8:
      return (
        (isDayAndMonth(code.slice(0, 4)) && isYear(code.slice(4))) ||
        (isYear(code.slice(0, 4)) && isDayAndMonth(code.slice(4)))
      );
    default:
      return false;
  }
}

const isMonthOfYear = (code: string): boolean =>
  (isMonth(code.slice(0, 2)) && isYear(code.slice(2))) || (isYear(code.slice(0, 4)) && isMonth(code.slice(4)));
