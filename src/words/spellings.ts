/** At least so many digits with a country code in front: nobody else's number ends in them. */
const isWhole = (number: string): boolean => /^\+[0-9]{8,}$/.test(number);

/**
 * How a number may stand in records: as it is written, E.164 with `+` or as it was keyed, and without the `+`. `ending`: its digits, which may
 * stand behind a prefix, or in words; null where it is too short to be one person's.
 */
export function spellingsOf(number: string): { spelled: readonly string[]; ending: string | null } {
  const digits = number.startsWith('+') ? number.slice(1) : number;
  return {
    spelled: [...new Set([number, digits])].filter((one) => one !== ''),
    ending: isWhole(number) ? digits : null,
  };
}
