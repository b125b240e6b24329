import { html, type Html } from '../html.ts';
import { callTexts as texts } from '../texts/calls.ts';
import { field, hidden, select, type Choice } from './elements.ts';

/** The period of lists and reports: one of a list, or from a day to a day. */

export type AskedPeriod = { preset: string; from: string; to: string };

/**
 * What a form asks for. Its list always has a choice, so `was` says with which one it began: where that was left and days were
 * typed, the days are meant; where another was chosen, the days are those of the question before.
 */
export function askedPeriod(query: URLSearchParams, otherwise: string): AskedPeriod {
  const given = (name: string): string => (query.get(name) ?? '').trim();
  const [preset, from, to] = ['preset', 'from', 'to'].map(given) as [string, string, string];
  const hasDays = from !== '' || to !== '';
  if (hasDays && (preset === '' || (query.has('was') && preset === given('was')))) return { preset: '', from, to };
  return { preset: preset === '' ? otherwise : preset, from: '', to: '' };
}

/** For a link to the same question. */
export function settled(query: URLSearchParams): Readonly<Record<string, string>> {
  const others = [...query].filter(([name]) => !['said', 'was', 'preset', 'from', 'to'].includes(name));
  return { ...askedPeriod(query, ''), ...Object.fromEntries(others.filter(([, value]) => value !== '')) };
}

export function periodFields({ preset, from, to }: AskedPeriod, choices: readonly Choice[]): Html {
  return html`${hidden('was', preset)} ${select({ name: 'preset', label: texts.period, choices, value: preset })}
  ${field({ name: 'from', label: texts.from, type: 'date', value: from })}
  ${field({ name: 'to', label: texts.to, type: 'date', value: to })}`;
}
