const names = new Intl.DisplayNames(['en'], { type: 'region' });

/** `US` is `United States`. */
export const countryName = (letters: string): string => names.of(letters) ?? letters;
