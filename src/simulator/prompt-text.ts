import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Sentences by their id, as in freeswitch-conf/sounds/en/billing/prompts.json. */
export type Sentences = Readonly<Record<string, string>>;

/** The English sentences; empty where the file cannot be read, and then their ids stand for them. */
export function readSentences(
  file = join(import.meta.dirname, '..', '..', 'freeswitch-conf', 'sounds', 'en', 'billing', 'prompts.json'),
): Sentences {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

/**
 * What a caller hears for a file argument of FreeSWITCH: the phrase macros of freeswitch-conf/lang/en put into words, a
 * beep for a tone, nothing for silence.
 */
export function promptText(file: string, sentences: Sentences): string {
  if (file.startsWith('tone_stream://')) return '(beep)';
  if (file.startsWith('silence')) return '';
  if (!file.startsWith('phrase:')) return file;
  const [macro = '', ...data] = file.slice('phrase:'.length).split(':');
  return phrase(macro, data)
    .map((id) => (id.startsWith('(') ? id : (sentences[id] ?? `[${id}]`)))
    .join(' ');
}

/** The sentence for a refusal that has none of its own. */
const recordings: Readonly<Record<string, string>> = {
  // A directory that is too old to be used is the service being down, to a caller.
  'directory-stale': 'service-down',
  'too-many-calls-a-minute': 'too-many-calls',
  'destination-closed': 'number-blocked',
  'price-too-high': 'number-not-allowed',
  'price-unknown': 'number-not-allowed',
};

/** `balance:12.30:CHF:price:1.20:CHF`, or one of the two. */
function announcement([what = '', amount = '', currency = '', ...rest]: readonly string[]): string[] {
  const money = `(${amount} ${currency})`;
  const told = what === 'price' ? ['price-is', money, 'a-minute', 'press-1'] : ['balance-is', money];
  return rest.length === 0 ? told : [...told, ...announcement(rest)];
}

/** Ids of the sentences, in the order in which they are played. */
function phrase(macro: string, data: readonly string[]): string[] {
  const [first = '', second = ''] = data.map((word) => recordings[word] ?? word);
  const reason = first === 'first' || first === '' ? [] : [first];
  switch (macro) {
    case 'billing_ask_code':
      return [...reason, 'ask-code'];
    case 'billing_ask_authorization':
      return [...reason, 'ask-authorization'];
    case 'billing_ask_number':
      return [...reason, 'ask-number'];
    case 'billing_ask_number_or_on_file':
      return second === ''
        ? [...reason, 'ask-number-or-pound']
        : [...reason, 'ask-on-file', `(${second})`, 'ask-on-file-choose'];
    case 'billing_ask_shortcut':
      return reason.length === 0 ? ['(beep)'] : [...reason, 'ask-shortcut'];
    case 'billing_announce':
      return announcement(data);
    case 'billing_farewell':
      // The service being down says it all.
      return second === '' || first === 'service-down' ? [first] : [second, first];
    default:
      return [[macro, ...data].join(':')];
  }
}
