/** Whether this names a language, or a language and a region, that numbers and dates can be written in: `de`, `en-IN`. */
export function isLocale(text: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf([text]).length === 1;
  } catch {
    return false;
  }
}
