import library from 'google-libphonenumber';

/** Google's libphonenumber, as its JavaScript build has it, with the examples that libphonenumber-js leaves out. */
export type Example = { country: string; kind: ExampleKind; callingCode: string; national: string };

/** Fields of a country (phonemetadata.proto) whose descriptions have an example. */
const fields = {
  'fixed-line': 2,
  mobile: 3,
  'toll-free': 4,
  premium: 5,
  'shared-cost': 6,
  personal: 7,
  voip: 8,
  pager: 21,
  company: 25,
  voicemail: 28,
} as const;
export type ExampleKind = keyof typeof fields;
const callingCodeField = 10;
const exampleField = 6;

/** Every example there is, of countries by their letters and of networks (+800) by `001`-like digits. */
export function examples(): Example[] {
  return Object.entries(library.metadata.countryToMetadata).flatMap(([country, entry]) =>
    Object.entries(fields).flatMap(([kind, field]) => {
      const description = entry[field];
      const national: unknown = Array.isArray(description) ? (description as readonly unknown[])[exampleField] : null;
      if (typeof national !== 'string' || national === '') return [];
      return [{ country, kind: kind as ExampleKind, callingCode: String(entry[callingCodeField]), national }];
    }),
  );
}
