import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { join as joined } from 'node:path/posix';
import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import { neededModules } from '../doctor/switch.ts';
import { freeswitchConf } from '../shipped.ts';
import type { Change, Edited, Plan } from './change.ts';
import { difference } from './difference.ts';
import type { Manifest } from './manifest.ts';
import { cdrFolder, type FreeSwitchPlace } from './place.ts';
import { InstallProblem } from './problem.ts';
import { checked, earlierSettings, merged, settingsFile, textOf, type Settings } from './settings-file.ts';
import { filesBelow, hashOf, type Tree } from './tree.ts';
import { unitText } from './unit.ts';
import { windowsService } from './windows-service.ts';
import { isKnownToAll } from '../known-passwords.ts';
import { isValue, problemWith, valuesIn, withPasswords, withValues } from './values.ts';

export type PlanOptions = {
  tree: Tree;
  place: FreeSwitchPlace;
  manifest: Manifest | null;
  /** Values of vars_billing.xml and settings, by flag (`3cx-host`, `data-dir`). */
  flags: Readonly<Record<string, string>>;
  /** Puts ours in the place of what somebody has edited. */
  replaceEdited: boolean;
  /** Folder of this program, and its Node, in the installed system. */
  program: string;
  node: string;
};

export type InstallPlan = Plan & {
  isComplete: boolean;
  /** Ours as they are shipped, by path: what the next installation compares with. */
  shipped: ReadonlyMap<string, Buffer>;
  inserted: Record<string, string[]>;
  config: Config;
  /** FreeSWITCH's own settings were changed: it has to read them. */
  values: ReadonlyMap<string, string>;
};

export const valuesFile = 'vars_billing.xml';
/** The values of an installation that was taken away. */
export const keptValuesFile = ({ places }: Tree): string => `${places.settings}/${valuesFile}`;

/** Beside another configuration, these alone are ours. */
const besideFiles =
  /^(?:dialplan\/billing\.xml|sip_profiles\/billing\.xml|sip_profiles\/billing\/.*|autoload_configs\/acl\/billing\.xml|autoload_configs\/json_cdr\.conf\.xml|lang\/en\/ivr\/billing\.xml)$/;

/** All that is to be done, and nothing is done. Throws an `InstallProblem`. */
export function planInstall(options: PlanOptions): InstallPlan {
  const { tree, place, manifest } = options;
  const isComplete = manifest?.isComplete ?? tree.read(joined(place.conf, 'freeswitch.xml')) === null;
  const insertions = isComplete ? [] : insertionsFor(tree, place);
  const earlier = earlierSettings(tree);
  const values = valuesFor(options, earlier.settings);
  const made = settingsFor(options, earlier.settings, values, isComplete);
  const config = checked(made, tree);
  const shipped = new Map([...conf(place, isComplete), ...sounds(place)]);
  shipped.set(tree.places.service, Buffer.from(serviceText(options, config)));
  const ours = [...shipped].map(([path, content]) => decide(path, content, options));
  const settings = Buffer.from(textOf(made));
  const text = readFileSync(join(freeswitchConf, valuesFile), 'utf8');
  const changes: Change[] = [
    ...ours.flatMap(({ change }) => (change === null ? [] : [change])),
    ...insertions.flatMap(({ change }) => change),
    // Passwords are in both.
    ...changed(tree, {
      path: joined(place.conf, valuesFile),
      content: Buffer.from(withValues(text, values)),
      mode: 0o640,
      owner: 'freeswitch',
    }),
    ...changed(tree, { path: settingsFile(tree), content: settings, mode: 0o640, owner: 'root' }),
  ];
  const edited = ours.flatMap(({ edit }) => (edit === null ? [] : [edit]));
  return {
    ...{ changes, edited, isComplete, shipped, config, values },
    inserted: Object.fromEntries(insertions.map(({ path, lines }) => [path, lines])),
    notes: notesFor(earlier.file, values),
  };
}

function serviceText({ tree, program, node }: PlanOptions, config: Config): string {
  const text = tree.places.platform === 'win32' ? windowsService : unitText;
  return text(program, node, settingsFile(tree), config);
}

function conf(place: FreeSwitchPlace, isComplete: boolean): [string, Buffer][] {
  return filesBelow(freeswitchConf)
    .filter((file) => !file.startsWith('sounds/') && file !== 'README.md' && file !== valuesFile)
    .filter((file) => isComplete || besideFiles.test(file))
    .map((file) => [joined(place.conf, file), readFileSync(join(freeswitchConf, file))]);
}

function sounds({ sounds: to }: FreeSwitchPlace): [string, Buffer][] {
  const from = join(freeswitchConf, 'sounds');
  return filesBelow(from).map((file) => [joined(to, file), readFileSync(join(from, file))]);
}

function changed(tree: Tree, change: Change): Change[] {
  const there = tree.read(change.path);
  return there !== null && change.content?.equals(there) === true ? [] : [change];
}

/** A file that is as we left it, or not there, is ours to write; any other is somebody's. */
function decide(
  path: string,
  content: Buffer,
  { tree, manifest, replaceEdited }: PlanOptions,
): { change: Change | null; edit: Edited | null } {
  const there = tree.read(path);
  const change: Change = { path, content, mode: 0o644, owner: path === tree.places.service ? 'root' : 'freeswitch' };
  if (there === null) return { change, edit: null };
  if (there.equals(content)) return { change: null, edit: null };
  const before = manifest?.files[path];
  if (before === hashOf(there)) return { change, edit: null };
  // It was edited, and we have nothing new.
  if (before === hashOf(content) && !replaceEdited) return { change: null, edit: null };
  const isText = !path.endsWith('.wav');
  const lines = isText ? difference(there.toString('utf8'), content.toString('utf8')) : ['(a recording)'];
  return { change: replaceEdited ? change : null, edit: { path, difference: lines, isReplaced: replaceEdited } };
}

type Insertion = { path: string; lines: string[]; change: Change[] };

/** The lines by which another configuration takes ours in. Throws where a file that it must have is not there. */
function insertionsFor(tree: Tree, { conf: folder }: FreeSwitchPlace): Insertion[] {
  const include = (data: string): string => `  <X-PRE-PROCESS cmd="include" data="${data}"/>`;
  const at = (file: string): string => joined(folder, file);
  return [
    insertion(tree, at('vars.xml'), '</include>', [include(valuesFile)]),
    insertion(tree, at('autoload_configs/acl.conf.xml'), '</network-lists>', [`  ${include('acl/billing.xml')}`]),
    insertion(
      tree,
      at('autoload_configs/modules.conf.xml'),
      '</modules>',
      neededModules().map((name) => `    <load module="${name}"/>`),
    ),
  ];
}

function insertion(tree: Tree, path: string, before: string, wanted: readonly string[]): Insertion {
  const text = tree.read(path)?.toString('utf8');
  if (text === undefined)
    throw new InstallProblem(
      `${path} is not there: is that folder the configuration of FreeSWITCH (--freeswitch-conf)?`,
    );
  const uncommented = text.replace(/<!--[\s\S]*?-->/g, '');
  const lines = wanted.filter((line) => !uncommented.includes(/(?:data|module)="[^"]*"/.exec(line)?.[0] ?? line));
  const end = text.lastIndexOf(before);
  if (end === -1) throw new InstallProblem(`${path} has no ${before}: put it right first`);
  if (lines.length === 0) return { path, lines: [], change: [] };
  const start = text.lastIndexOf('\n', end) + 1;
  const content = Buffer.from(
    `${text.slice(0, start)}${lines.map((line) => `${line}\n`).join('')}${text.slice(start)}`,
  );
  return { path, lines, change: [{ path, content, mode: 'as-is', owner: 'freeswitch' }] };
}

/** What an earlier installation had stays; flags win. */
function valuesFor({ tree, place, flags }: PlanOptions, earlier: Settings): Map<string, string> {
  const shipped = valuesIn(readFileSync(join(freeswitchConf, valuesFile), 'utf8'));
  const there = tree.read(joined(place.conf, valuesFile)) ?? tree.read(keptValuesFile(tree));
  const kept = there === null ? new Map<string, string>() : valuesIn(there.toString('utf8'));
  const given = [...shipped.keys()].flatMap((name) => {
    const value = flags[flagOfValue(name)];
    if (value === undefined) return [];
    const problem = problemWith(name, value);
    if (problem !== null) throw new InstallProblem(`--${flagOfValue(name)} ${problem}`);
    return [[name, value.replace(/&(?!amp;)/g, '&amp;')] satisfies [string, string]];
  });
  const country = dialPlanOf({
    ...(earlier['dialPlan'] ?? {}),
    ...(flags['dial-plan-country'] === undefined ? {} : { country: flags['dial-plan-country'] }),
  });
  const ofCountry: [string, string][] =
    there === null
      ? [
          ['billing_emergency_numbers', country.emergencyNumbers.join('|')],
          ['billing_outside_line', country.outsideLine],
        ]
      : [];
  const port = flags['esl-port'];
  const controllers: [string, string][] = port === undefined ? [] : [['billing_controllers', `127.0.0.1:${port}`]];
  // Of a FreeSWITCH that has them elsewhere than we think, its own variables would lead to other folders.
  const folders: [string, string][] = [
    ['billing_sounds', place.sounds],
    ['billing_cdr_dir', cdrFolder(place)],
  ];
  const isOurs = (name: string, value: string): boolean =>
    folders.some(([folder]) => folder === name) && value === shipped.get(name);
  const chosen = [...kept].filter(([name, value]) => !isOurs(name, value));
  const found = new Map([...shipped, ...ofCountry, ...controllers, ...folders, ...chosen, ...given]);
  return withPasswords(withEarlierPasswords(found, earlier));
}

/** One that the controller has already is as good as a new one. */
function withEarlierPasswords(values: ReadonlyMap<string, string>, { freeswitch, cdr }: Settings): Map<string, string> {
  const found = new Map(values);
  for (const [name, password] of [
    ['billing_event_socket_password', freeswitch?.['password']],
    ['billing_cdr_password', cdr?.['password']],
  ] as const) {
    if (isKnownToAll(values.get(name)) && typeof password === 'string' && isValue(password)) found.set(name, password);
  }
  return found;
}

export const flagOfValue = (name: string): string => name.replace(/^billing_/, '').replaceAll('_', '-');

export const isValueFlag = (flag: string): boolean =>
  [...valuesIn(readFileSync(join(freeswitchConf, valuesFile), 'utf8')).keys()].some(
    (name) => flagOfValue(name) === flag,
  );

function settingsFor(
  { tree, place, flags }: PlanOptions,
  earlier: Settings,
  values: ReadonlyMap<string, string>,
  isComplete: boolean,
): Settings {
  const eventSocket = isComplete ? null : tree.read(joined(place.conf, 'autoload_configs/event_socket.conf.xml'));
  const theirs = (name: string): string | undefined =>
    new RegExp(`name="${name}"\\s+value="([^"$]*)"`).exec(eventSocket?.toString('utf8') ?? '')?.[1];
  const port = Number(theirs('listen-port') ?? values.get('billing_event_socket_port') ?? 8021);
  const password = theirs('password') ?? values.get('billing_event_socket_password') ?? '';
  const known: Settings = structuredClone(earlier);
  // FreeSWITCH lets in who has its own.
  if (isComplete || isKnownToAll(known['freeswitch']?.['password']))
    known['freeswitch'] = { ...known['freeswitch'], password };
  return merged(
    known,
    {
      data: { dir: tree.places.data },
      backup: { dir: tree.places.backups },
      freeswitch: { host: '127.0.0.1', port, password },
      cdr: { dir: cdrFolder(place) },
      ...((values.get('billing_cdr_url') ?? '') === ''
        ? {}
        : { cdr: { dir: cdrFolder(place), password: values.get('billing_cdr_password') ?? '' } }),
    },
    flags,
  );
}

function notesFor(earlier: string | null, values: ReadonlyMap<string, string>): string[] {
  const toSet = [...values].filter(([, value]) => value.endsWith('.invalid')).map(([name]) => `--${flagOfValue(name)}`);
  return [
    ...(earlier === null ? [] : [`Settings of the earlier installation (${earlier}) are kept.`]),
    ...(toSet.length === 0 ? [] : [`Still to be set, by running this again: ${toSet.join(', ')}.`]),
  ];
}
