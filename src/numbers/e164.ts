/** `+` and 6 to 15 digits. The shortest in use are Austria's, a country code and four digits; the longest are set by ITU-T E.164, 6.1. */
export function isE164(text: string): boolean {
  return /^\+[1-9][0-9]{5,14}$/.test(text);
}
