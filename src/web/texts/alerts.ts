import type { AlertLevel, AlertWay } from '../../words/alert.ts';

export const alertTexts = {
  title: 'Alerts',
  says: 'What was seen, the latest first. People are told by the controller that saw it, by its settings.',
  when: 'When',
  level: 'Level',
  levels: { warning: 'Warning', critical: 'Critical' } satisfies Readonly<Record<AlertLevel, string>>,
  what: 'What',
  controller: 'Controller',
  call: 'Call',
  itsCall: 'its call',
  told: 'Told',
  ways: { 'e-mail': 'e-mail', webhook: 'webhook' } satisfies Readonly<Record<AlertWay, string>>,
  delivered: (way: string) => `${way}: delivered`,
  givenUp: (way: string, error: string) => `${way}: given up, ${error}`,
  failing: (way: string, error: string) => `${way}: not yet, ${error}`,
  waiting: (way: string) => `${way}: under way`,
  logAlone: 'the log alone',
  none: 'There are no alerts.',
  noneLately: (days: number) => `No alert in the last ${days} days.`,
  all: 'All alerts',
};
