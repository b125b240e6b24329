import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { isKnownToAll } from '../known-passwords.ts';

/** The values of vars_billing.xml by their names, as the preprocessor reads them: one a line. */
export type Values = ReadonlyMap<string, string>;

const line = /^(\s*<X-PRE-PROCESS\s+cmd="set"\s+data=")(billing_[a-z0-9_]+)=([^"]*)("\s*\/>\s*)$/;

/** Of each file, whoever has edited it. */
export function valuesIn(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((one) => {
      const parts = line.exec(one);
      return parts === null ? [] : [[parts[2] ?? '', parts[3] ?? ''] satisfies [string, string]];
    }),
  );
}

/** Our file with these values, and below them those that it does not have. */
export function withValues(text: string, values: Values): string {
  const ours = valuesIn(text);
  const lines = text.split('\n').map((one) => {
    const parts = line.exec(one);
    const value = parts === null ? undefined : values.get(parts[2] ?? '');
    return value === undefined ? one : `${parts?.[1] ?? ''}${parts?.[2] ?? ''}=${value}${parts?.[4] ?? ''}`;
  });
  const others = [...values]
    .filter(([name]) => !ours.has(name))
    .map(([name, value]) => `  <X-PRE-PROCESS cmd="set" data="${name}=${value}"/>`);
  if (others.length === 0) return lines.join('\n');
  const end = lines.lastIndexOf('</include>');
  return [
    ...lines.slice(0, end),
    '',
    '  <!-- Of an earlier version, or the site’s own -->',
    ...others,
    ...lines.slice(end),
  ].join('\n');
}

/** Passwords that are used whatever the site does. */
const ownPasswords = ['billing_event_socket_password', 'billing_cdr_password'] as const;

/** A password of its own in place of each that everybody knows. */
export function withPasswords(values: Values): Map<string, string> {
  const made = new Map(values);
  for (const name of ownPasswords) {
    if (isKnownToAll(values.get(name))) made.set(name, randomBytes(18).toString('base64url'));
  }
  return made;
}

/** What a value in an attribute of XML may be: nothing that ends the attribute, nor a line. */
export const isValue = (text: string): boolean => !/["<\n\r]/.test(text);

/** What FreeSWITCH would take as something else, or for nothing at all, by the ends of names. */
const kinds: readonly { ends: RegExp; is: (value: string) => boolean; what: string }[] = [
  { ends: /_cidr(_2)?$/, is: isRange, what: 'an address and how many of its bits count, such as 10.0.0.2/32' },
  { ends: /_port$/, is: (value) => isBetween(value, 1, 65_535), what: 'a port from 1 to 65535' },
  { ends: /_seconds$/, is: (value) => isBetween(value, 0, 86_400), what: 'a whole number of seconds up to 86400' },
  { ends: /_host$/, is: isHost, what: 'a host name or an address, without a port (that is a value of its own)' },
  { ends: /_register$/, is: (value) => value === 'true' || value === 'false', what: 'true or false' },
  {
    ends: /_emergency_numbers$/,
    is: (value) => /^\d+(\|\d+)*$/.test(value),
    what: 'numbers separated by |, such as 911|112',
  },
];

/** What is wrong with a value of vars_billing.xml; null: nothing that can be seen. A variable of FreeSWITCH may be anything. */
export function problemWith(name: string, value: string): string | null {
  if (!isValue(value)) return 'must be one line without < and "';
  const kind = value.includes('$${') ? undefined : kinds.find(({ ends }) => ends.test(name));
  return kind === undefined || kind.is(value) ? null : `must be ${kind.what}`;
}

const isBetween = (value: string, least: number, most: number): boolean =>
  /^\d{1,5}$/.test(value) && Number(value) >= least && Number(value) <= most;

function isHost(value: string): boolean {
  return /^[\w.-]+$/.test(value) || isIP(value.replace(/^\[([^[\]]*)\]$/, '$1')) === 6;
}

function isRange(value: string): boolean {
  const [address = '', bits = '', ...more] = value.split('/');
  return isIP(address) > 0 && isBetween(bits, 0, isIP(address) === 4 ? 32 : 128) && more.length === 0;
}
