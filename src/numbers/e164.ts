/** `+` and 6 to 15 digits. The shortest in use are Austria's, a country code and four digits; the longest are set by ITU-T E.164, 6.1. */
export function isE164(text: string): boolean {
  return /^\+[1-9][0-9]{5,14}$/.test(text);
}

/** The first digits of an E.164 number, or all, without `+`. No country code begins with 0. */
export function isPrefix(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}
