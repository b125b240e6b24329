import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import { messageOf } from '../../words/thrown.ts';
import { freeswitchConf } from '../shipped.ts';
import { fault, ok, warning, type Finding } from './finding.ts';
import { locate, preprocessed, type FreeSwitch } from './freeswitch-answers.ts';
import { hunt } from './hunt.ts';
import { allNamed, parseXml, sameText, type Element } from './xml.ts';

const contexts = ['billing', 'billing_steps'] as const;
const copyIt = 'copy dialplan/billing.xml from freeswitch-conf again (billing-codes install), then fs_cli -x reloadxml';
/** Neither 8 nor 9 alone, no emergency number, and of no one's. */
const ordinaryNumber = '2015550123';

/** Is it there, is it ours, and where would calls go? Nothing is dialled. */
export async function examineDialplan(freeswitch: FreeSwitch, plan: DialPlan): Promise<Finding[]> {
  const found = new Map<string, Element>();
  for (const name of contexts) {
    const context = await locate(freeswitch.ask, 'dialplan', 'context', name);
    if (context !== null) found.set(name, context);
  }
  const missing = contexts.filter((name) => !found.has(name));
  if (missing.length > 0) {
    return [fault('dialplan', `FreeSWITCH has no dialplan context ${missing.join(' and ')}`, copyIt)];
  }
  return [...changes(found, freeswitch), ...routing(found, freeswitch, plan)];
}

function changes(found: ReadonlyMap<string, Element>, freeswitch: FreeSwitch): Finding[] {
  const text = readFileSync(join(freeswitchConf, 'dialplan', 'billing.xml'), 'utf8');
  const shipped = allNamed(parseXml(preprocessed(text, freeswitch)), 'context');
  const differing = shipped.flatMap(({ attributes: { name = '' }, children }) => {
    const theirs = new Map(
      (found.get(name)?.children ?? []).map((element) => [element.attributes['name'] ?? '', element]),
    );
    const ours = new Set(children.map(({ attributes }) => attributes['name'] ?? ''));
    return [
      ...children
        .filter((extension) => {
          const same = theirs.get(extension.attributes['name'] ?? '');
          return same === undefined || sameText(same) !== sameText(extension);
        })
        .map(
          ({ attributes }) =>
            `${attributes['name'] ?? ''} is ${theirs.has(attributes['name'] ?? '') ? 'changed' : 'missing'}`,
        ),
      ...[...theirs.keys()].filter((extension) => !ours.has(extension)).map((extension) => `${extension} is not ours`),
    ];
  });
  if (differing.length === 0) return [ok('dialplan', 'the dialplan is there and as it was shipped')];
  return [
    warning(
      'dialplan',
      `the dialplan is not as it was shipped: ${differing.join(', ')}`,
      `if that was not meant, ${copyIt}; if it was, the next lines say where calls go`,
    ),
  ];
}

type Sample = { number: string; entry: 'prompted' | 'shortcut' | 'direct'; isEmergency: boolean };

function samples({ variables }: FreeSwitch, plan: DialPlan): Sample[] {
  const dialled = (name: string): string => (variables.get(name) ?? '').replace(/\\/g, '');
  const isNumber = (text: string): boolean => /^[0-9*#]+$/.test(text);
  const entries = [
    { number: dialled('billing_dial_prompted'), entry: 'prompted', isEmergency: false },
    { number: dialled('billing_dial_shortcut'), entry: 'shortcut', isEmergency: false },
  ] as const;
  return [
    // A pattern of several numbers has no one number to try.
    ...entries.filter(({ number }) => isNumber(number)),
    { number: ordinaryNumber, entry: 'direct', isEmergency: false },
    ...plan.emergencyNumbers.map((number) => ({ number, entry: 'direct' as const, isEmergency: true })),
  ];
}

function routing(found: ReadonlyMap<string, Element>, freeswitch: FreeSwitch, plan: DialPlan): Finding[] {
  const findings: Finding[] = [];
  for (const sample of samples(freeswitch, plan)) {
    const check = `route-${sample.isEmergency ? 'emergency' : sample.entry}`;
    try {
      const wrong = wrongWith(sample, found, freeswitch);
      findings.push(
        wrong === null
          ? ok(check, `${sample.number} goes to the controller as ${sample.entry}`)
          : fault(check, `${sample.number} ${wrong}`, copyIt),
      );
    } catch (error) {
      findings.push(warning(check, `where ${sample.number} goes is not known: ${messageOf(error)}`, copyIt));
    }
  }
  return findings;
}

/** Null: it goes where it should. */
function wrongWith(
  { number, entry, isEmergency }: Sample,
  found: ReadonlyMap<string, Element>,
  { variables }: FreeSwitch,
): string | null {
  const context = found.get('billing');
  const steps = found.get('billing_steps');
  if (context === undefined || steps === undefined) return 'goes nowhere';
  const { actions, variables: set } = hunt(context, number, {});
  const socket = actions.find(({ application }) => application === 'socket');
  if (socket === undefined) return 'does not go to a controller: the call is not billed';
  if (!/^\S+ async full$/.test(socket.data)) return `goes to a controller as "${socket.data}", not "… async full"`;
  if (set['billing_entry'] !== entry) return `is ${set['billing_entry'] ?? 'nothing'}, not ${entry}`;
  if ('socket_resume' in set) return 'has socket_resume set: a controller that ends would cut the conversation';
  if (!isEmergency) return null;
  if (set['billing_claim'] !== variables.get('billing_emergency_claim_seconds')) {
    return 'is not taken for an emergency number: set billing_emergency_numbers';
  }
  const alone = hunt(steps, 'no_controller', { billing_entry: entry, billing_dialled: number });
  const isPlaced = alone.actions.some(
    ({ application, data }) => application === 'bridge' && data.endsWith(`/${number}`),
  );
  return isPlaced ? null : 'is not placed when no controller answers';
}

/** `digit-$1.wav`: a recording of each digit. */
const eachDigit = (file: string): string[] =>
  file.includes('$1') ? Array.from('0123456789', (digit) => file.replace('$1', digit)) : [file];

/** The language's macros, and whether FreeSWITCH has each recording that they play. */
export async function examineSounds({ ask, variables }: FreeSwitch): Promise<Finding[]> {
  const language = variables.get('billing_language') ?? 'en';
  const element = await locate(ask, 'languages', 'language', language);
  const files = allNamed(element === null ? [] : [element], 'action')
    .filter(({ attributes }) => attributes['function'] === 'play-file')
    .map(({ attributes }) => attributes['data'] ?? '')
    .filter((file) => /\/billing\/[^/]+\.wav$/.test(file));
  if (files.length === 0) {
    return [
      fault(
        'sounds',
        `FreeSWITCH has no phrases of language ${language}`,
        `copy lang/${language} from freeswitch-conf, and include it in freeswitch.xml`,
      ),
    ];
  }
  const missing: string[] = [];
  // FreeSWITCH looks into the folder of the call's sample rate.
  const wanted = [...new Set(files)].flatMap(eachDigit).map((file) => file.replace(/\/([^/]+)$/, '/8000/$1'));
  for (const file of wanted) if ((await ask('file_exists', file)).trim() !== 'true') missing.push(file);
  const [first] = missing;
  if (first === undefined) return [ok('sounds', `${wanted.length} recordings are there`)];
  const others = missing.length === 1 ? '' : `, nor are ${missing.length - 1} others`;
  return [
    fault(
      'sounds',
      `${first} is not there${others}`,
      'copy sounds/en from freeswitch-conf to the folder of billing_sounds',
    ),
  ];
}
