/**
 * What callers may and must get, said once more and in another way than the code says it: a short table of numbers and codes, and
 * one expression for emergencies.
 */

/** Numbers as they may be keyed or dialled at a site in the US with area code 801 and extensions of 3 and 4 digits. */
export const numbers: Readonly<Record<string, { e164: string; costs: boolean }>> = {
  '8016424655': { e164: '+18016424655', costs: true },
  '18016424655': { e164: '+18016424655', costs: true },
  '6424655': { e164: '+18016424655', costs: true },
  '98016424655': { e164: '+18016424655', costs: true },
  '2126424655': { e164: '+12126424655', costs: true },
  '12126424655': { e164: '+12126424655', costs: true },
  '+12126424655': { e164: '+12126424655', costs: true },
  '01133142961020': { e164: '+33142961020', costs: true },
  '00442079460018': { e164: '+442079460018', costs: true },
  '18765550123': { e164: '+18765550123', costs: true },
  '8765550123': { e164: '+18765550123', costs: true },
  '19005551234': { e164: '+19005551234', costs: true },
  '8004444444': { e164: '+18004444444', costs: false },
  '18004444444': { e164: '+18004444444', costs: false },
  '300': { e164: '', costs: false },
  '2101': { e164: '', costs: false },
  '988': { e164: '', costs: false },
};

/** Keyed by chance: whoever dials directly needs no code for it. Services are N11. */
export const isPhoneOfTheHouse = (number: string): boolean => /^\d{3,4}$/.test(number) && !/^[2-9]11$/.test(number);

/** What the site with policies has: `entry.confirmPrice`, `entry.codeLater`, and a phone that may have its last code again. */
export const policySettings = { 'entry.confirmPrice': 'national', 'entry.codeLater': 'international' };
export const lastCodePhone = '202';

/** Numbers that are placed there only for a `1`; of the area code 801 they are local. */
export const isConfirmed = (e164: string): boolean => /^\+1212/.test(e164);
/** Numbers that go out there without a code. */
export const mayComeLater = (e164: string): boolean => !e164.startsWith('+1') || elsewhere.test(e164);

/** The area codes of North America outside the United States (NANPA): Canada, the Caribbean, and islands in the Pacific. */
const elsewhere = new RegExp(
  `^\\+1(?:${[
    ...[
      '204|226|236|249|250|257|263|289|306|343|354|365|367|368|382|403|416|418|428|431|437|438|450|468|474|506|514|519',
    ],
    ...['548|579|581|584|587|604|613|639|647|672|683|705|709|742|753|778|780|782|807|819|825|867|873|879|902|905|942'],
    ...['242|246|264|268|284|340|345|441|473|649|658|664|721|758|767|784|787|809|829|849|868|869|876|939|670|671|684'],
  ].join('|')})`,
);

/** Accounts that may pay, and those that may not. */
export const goodCodes = ['12345', '22222', '33333'] as const;
export const badCodes = ['99999', '77777', '1', '55555'] as const;

/** An emergency number, bare or behind an outside-line 9 or a plus, with stars and pounds around it, alone or behind stars. */
const emergency = /(?:^|\*)\+?9?(911|112)[*#]*$/;

/** The emergency number that an entry (without its terminator) asks for; null: none. */
export function emergencyOf(entry: string): string | null {
  return emergency.exec(entry.replace(/^[*#]+/, '*'))?.[1] ?? null;
}

/** All numbers that could have been meant by what was keyed and dialled. */
export function meantBy(entries: readonly string[]): string[] {
  return entries.flatMap((entry) => [entry, ...entry.split('**').slice(1)]);
}
