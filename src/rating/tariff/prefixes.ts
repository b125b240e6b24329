import { isPrefix } from '../rate.ts';
import type { Result } from '../../words/result.ts';

/**
 * The prefixes of a line: a list in one field (`44, 4420; 4421`), or a country code with a list of area codes, where an empty list
 * means the whole country. `+`, spaces, dots, brackets and the dash in `1-801` are ignored; any other dash could mean a range and is
 * refused.
 */
export function parsePrefixes(list: string, countryCode = '', areaCodes = ''): Result<string[]> {
  const texts = countryCode === '' ? split(list) : withCountry(countryCode, split(areaCodes));
  if (texts.length === 0)
    return { ok: false, problem: areaCodes === '' ? 'the prefix is missing' : 'the country code is missing' };
  const prefixes: string[] = [];
  for (const text of texts) {
    const prefix = text
      .replace(/^\+/, '')
      .replace(/^1-(?=\d{3})/, '1')
      .replace(/[\s.()]/g, '');
    if (!isPrefix(prefix)) return { ok: false, problem: whyNotPrefix(text, prefix) };
    prefixes.push(prefix);
  }
  return { ok: true, value: prefixes };
}

function split(list: string): string[] {
  if (list === '') return [];
  return list.split(/[,;]/).map((text) => text.trim());
}

function withCountry(countryCode: string, areaCodes: string[]): string[] {
  return areaCodes.length === 0 ? [countryCode] : areaCodes.map((code) => countryCode + code);
}

function whyNotPrefix(text: string, prefix: string): string {
  const shown = `prefix "${text.slice(0, 40)}"`;
  if (text === '') return 'a prefix in the list is empty';
  if (/^\d+\s*[-–]\s*\d+$/.test(text)) return `${shown} could be a range: write out its prefixes`;
  if (/^0\d*$/.test(prefix)) return `${shown} begins with 0: write the country code without 00 or 011 before it`;
  if (/^\d{16,}$/.test(prefix)) return `${shown} has more than 15 digits`;
  if (/^[\d.,]+E\+?\d+$/i.test(text)) return `${shown} was damaged by a spreadsheet: format the column as text`;
  return `${shown} is not made up of digits`;
}
