import { all, attribute, children, parse, textOf } from './xml.ts';

export const phraseFile = 'lang/en/ivr/billing.xml';
const soundFolder = '$${billing_sounds}/en/billing/';

const macros = new Map(all(parse(textOf(phraseFile)), 'macro').map((macro) => [attribute(macro, 'name'), macro]));
export const macroNames = [...macros.keys()];

/** What is heard, in order: names of recordings, or a tone; and which macros were called for it. */
export type Heard = { sounds: string[]; macros: string[] };

/**
 * What FreeSWITCH plays for `phrase:<macro>:<data>`: each input whose pattern matches, from top to bottom, as
 * switch_ivr_phrase_macro_event() in switch_ivr_play_say.c does. Throws where FreeSWITCH would log an error or a warning.
 */
export function hear(phrase: string): Heard {
  const [, name, data] = /^phrase:([a-z_]+):(.*)$/.exec(phrase) ?? [];
  if (name === undefined || data === undefined) throw new Error(`not a phrase with data: ${phrase}`);
  const heard: Heard = { sounds: [], macros: [] };
  run(name, data, heard);
  return heard;
}

function run(name: string, data: string, heard: Heard): void {
  const macro = macros.get(name);
  if (macro === undefined) throw new Error(`no macro ${name}`);
  heard.macros.push(name);
  let matched = false;
  for (const input of children(macro, 'input')) {
    const match = new RegExp(attribute(input, 'pattern')).exec(data);
    if (match === null) continue;
    matched = true;
    for (const action of children(input, 'match').flatMap((element) => children(element, 'action'))) {
      const argument = attribute(action, 'data').replaceAll(
        /\$(\d)/g,
        (_, group: string) => match[Number(group)] ?? '',
      );
      if (attribute(action, 'function') === 'phrase') run(attribute(action, 'phrase'), argument, heard);
      else heard.sounds.push(soundName(argument));
    }
  }
  if (!matched) throw new Error(`macro ${name}: "${data}" matches no pattern`);
}

function soundName(argument: string): string {
  if (argument.startsWith('tone_stream://')) return 'tone';
  if (!argument.startsWith(soundFolder) || !argument.endsWith('.wav')) throw new Error(`plays ${argument}`);
  return argument.slice(soundFolder.length, -'.wav'.length);
}
