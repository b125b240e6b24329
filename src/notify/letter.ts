import type { Alert } from '../words/alert.ts';

export type Letter = { subject: string; text: string };

const shown = (value: Alert['fields'][string] | undefined, otherwise: string): string =>
  value === undefined || value === null || value === '' ? otherwise : String(value);

/** An alert as an e-mail says it. Its texts are one line each. */
export function letterOf(alert: Alert): Letter {
  return alert.kind === 'emergency-call' ? emergencyLetter(alert) : plainLetter(alert);
}

const lines = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name}: ${value}\n`).join('');

const always = ({ atMs, controller, callId, id }: Alert): (readonly [string, string])[] => [
  ['Time', new Date(atMs).toISOString()],
  ['Controller', controller],
  ...(callId === null ? [] : [['Call id', callId] as const]),
  ['Alert id', id],
];

function emergencyLetter(alert: Alert): Letter {
  const { number, extension, callerName, place, callBackNumber } = alert.fields;
  const where = shown(place, '');
  return {
    subject: `Emergency call: ${shown(number, '')} from extension ${shown(extension, '')}${where === '' ? '' : `, ${where}`}`,
    text: lines([
      ['Number called', shown(number, '')],
      ['Extension', shown(extension, '')],
      ['Caller', shown(callerName, '-')],
      ['Place', shown(place, 'not in the directory')],
      ['Call-back number', shown(callBackNumber, 'not known')],
      ...always(alert),
    ]),
  };
}

function plainLetter(alert: Alert): Letter {
  const { level, text, fields } = alert;
  const particulars = Object.entries(fields).map(([name, value]) => [name, shown(value, '-')] as const);
  return {
    subject: `${level === 'critical' ? 'Critical' : 'Warning'}: ${text}`,
    text: `${text}\n\n${lines([...particulars, ...always(alert)])}`,
  };
}
