import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Plan } from '../../operations/install/change.ts';
import {
  prepareInstall,
  prepareUninstall,
  type Prepared,
  type PreparedInstall,
} from '../../operations/install/install.ts';
import { flagOfValue, isValueFlag, type InstallPlan } from '../../operations/install/plan.ts';
import { InstallProblem } from '../../operations/install/problem.ts';
import { isSettingFlag } from '../../operations/install/settings-file.ts';
import type { Machine } from '../../operations/install/machine.ts';
import { linux, windows } from '../../operations/install/places.ts';
import { linuxMachine, takenPorts } from '../../operations/install/system.ts';
import { windowsMachine } from '../../operations/install/windows-system.ts';
import { zoneNamed } from '../../words/zone.ts';
import { treeBelow, type Tree } from '../../operations/install/tree.ts';
import { programFolder } from '../../operations/shipped.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { messageOf } from '../../words/thrown.ts';
import { sqlServerConfig } from '../sqlserver/config.ts';
import { complain, isUsageError, print, printOwn, UsageError } from '../usage.ts';

const help = `billing-codes install [--dry-run] [--yes] [--NAME VALUE …]
billing-codes install --uninstall [--purge] [--dry-run]

Installs what FreeSWITCH needs and the controller as a service (systemd, or a Windows service), or brings an earlier installation up to
date. Safe to run again: every setting of an earlier installation stays. Needs root, or an administrator. Either all of it is done or nothing.

  --NAME VALUE           a value of vars_billing.xml without "billing_" (--3cx-host 10.0.0.2 --carrier-host sip.example.com), or a setting
                         of the controller (--dial-plan-country GB); see freeswitch-conf/README.md and "billing-codes config --help"
  --freeswitch PROGRAM   FreeSWITCH's program, where it is not found
  --freeswitch-conf DIR  its configuration
  --replace-edited       puts ours in the place of files that were edited; without it they stay, and the difference is shown
  --dry-run              shows what would be done, and does nothing
  --yes                  asks nothing
  --root DIR             installs below DIR, and touches nothing else: for images and tests; with --platform win32 as on Windows
  --migrate              with --root: updates the schema of SQL Server all the same
  --uninstall            takes it away again; edited files, settings and data stay. With --purge, data alone stay

What is replaced is copied to /var/backups/billing-codes (Windows: C:/ProgramData/billing-codes/replaced) first. An empty configuration of FreeSWITCH gets all of ours; beside another
one, our own files, and lines in vars.xml, acl.conf.xml and modules.conf.xml that load them.

Exit codes: 0 done, 1 nothing was installed, 2 wrong usage.
`;

const switches = ['dry-run', 'yes', 'replace-edited', 'migrate', 'uninstall', 'purge'] as const;
const texts = ['freeswitch', 'freeswitch-conf', 'root', 'platform'] as const;

type Asked = {
  on: ReadonlySet<(typeof switches)[number]>;
  text: Partial<Record<(typeof texts)[number], string>>;
  /** Values and settings. */
  flags: Record<string, string>;
};

function read(args: readonly string[]): Asked {
  const on = new Set<(typeof switches)[number]>();
  const text: Asked['text'] = {};
  const flags: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 1) {
    const [, name = '', inline] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(args[at] ?? '') ?? [];
    const found = switches.find((one) => one === name);
    if (found !== undefined && inline === undefined) {
      on.add(found);
      continue;
    }
    const own = texts.find((one) => one === name);
    if (own === undefined && !isValueFlag(name) && !isSettingFlag(name))
      throw new UsageError(`does not know ${args[at] ?? ''}`);
    const value = inline ?? args[(at += 1)];
    if (value === undefined) throw new UsageError(`--${name} needs a value`);
    if (own !== undefined) text[own] = value;
    else flags[name] = value;
  }
  return { on, text, flags };
}

function show({ plan, wasUnfinished, place }: Prepared<Plan>, tree: Tree, isDry: boolean): void {
  const out = process.stdout;
  if (wasUnfinished) print(out, 'An earlier installation was interrupted; what it had changed was put back first.');
  if (place !== null) print(out, `FreeSWITCH ${place.version}, configuration in ${place.conf}.`);
  for (const { path, difference, isReplaced } of plan.edited) {
    print(out, `${path} is not as we left it: ${isReplaced ? 'it is replaced' : 'it stays as it is'}.`);
    print(
      out,
      difference.map((line) => `    ${line}`),
    );
  }
  const verb = (path: string, content: Buffer | null): string =>
    content === null ? 'remove' : tree.read(path) === null ? 'write' : 'change';
  if (isDry)
    print(
      out,
      plan.changes.map(({ path, content }) => `would ${verb(path, content)} ${path}`),
    );
  print(out, plan.notes);
}

const questions: readonly (readonly [string, string])[] = [
  ['3cx-host', 'Address of 3CX'],
  ['carrier-host', 'Address of the carrier, or of the phone system that calls go out by'],
  ['dial-plan-country', 'Country of the site, two letters such as US or GB'],
];

/** Of a person at a terminal, for what neither flags nor an earlier installation say. */
async function ask(flags: Record<string, string>, plan: InstallPlan): Promise<Record<string, string>> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answers = { ...flags };
  try {
    for (const [flag, question] of questions) {
      const isOpen = [...plan.values].some(([name, value]) => flagOfValue(name) === flag && value.endsWith('.invalid'));
      const isAsked = flag === 'dial-plan-country' ? plan.config.dialPlan.country === '' : isOpen;
      const answer = isAsked && !(flag in flags) ? (await lines.question(`${question}: `)).trim() : '';
      if (answer !== '') answers[flag] = answer;
    }
    const host = answers['3cx-host'];
    if (host !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(host)) answers['3cx-cidr'] ??= `${host}/32`;
    return answers;
  } finally {
    lines.close();
  }
}

async function install(asked: Asked, tree: Tree): Promise<number> {
  const machine = machineOf(tree);
  // As we write paths, whichever way they are typed: files that are ours are known by theirs.
  const slashed = (path = ''): string =>
    tree.places.platform === 'win32'
      ? path.replaceAll('\\', '/').replace(/^[a-z]:/, (drive) => drive.toUpperCase())
      : path;
  const prepare = (flags: Record<string, string>): PreparedInstall =>
    prepareInstall({
      ...{ tree, flags, replaceEdited: asked.on.has('replace-edited'), nowMs: Date.now() },
      given: { binary: slashed(asked.text.freeswitch), conf: slashed(asked.text['freeswitch-conf']) },
      ...{ program: programFolder, node: process.execPath },
    });
  let prepared = prepare(asked.flags);
  const asks = process.stdin.isTTY && !asked.on.has('yes') && !asked.on.has('dry-run');
  if (asks) prepared = prepare(await ask(asked.flags, prepared.plan));
  const { config, values } = prepared.plan;
  const taken = prepared.isFirst
    ? await takenPorts(config.esl.port, Number(values.get('billing_sip_port') ?? 5070))
    : [];
  if (taken[0] !== undefined) throw new InstallProblem(taken[0]);
  show(prepared, tree, asked.on.has('dry-run'));
  if (asked.on.has('dry-run')) return 0;
  machine?.prepare(programFolder);
  const migrates = isConfigured(config.sqlserver) && (machine !== null || asked.on.has('migrate'));
  await prepared.carryOut(async () => {
    if (!migrates) return;
    const { migrateTo } = await import('../sqlserver/migrate.ts');
    await migrateTo(sqlServerConfig(config), zoneNamed(config.site.timeZone), false);
  });
  const { changes } = prepared.plan;
  print(
    process.stdout,
    changes.length === 0
      ? 'Everything was in place.'
      : `${changes.length} ${changes.length === 1 ? 'file' : 'files'} written.`,
  );
  return machine === null ? 0 : afterwards(machine, prepared, tree);
}

/** Null: this is not the machine itself. */
function machineOf({ isHere, places: { platform } }: Tree): Machine | null {
  if (!isHere) return null;
  return platform === 'win32' ? windowsMachine : linuxMachine;
}

function afterwards(machine: Machine, { plan: { config }, place }: PreparedInstall, { places }: Tree): number {
  const cdrFolder = config.cdr.dir;
  const start = machine.startService({ program: programFolder, places, place, cdrFolder });
  if (start.kind === 'failed') complain(` install: ${start.why}`);
  if (start.kind === 'by-hand') print(process.stdout, start.how);
  const isRead = machine.reloadFreeSwitch(place, config.freeswitch);
  const done = isRead ? 'FreeSWITCH has read its configuration again.' : machine.howToRestart();
  print(process.stdout, [done, `Then: ${machine.typed(programFolder)} doctor`]);
  return start.kind === 'failed' ? 1 : 0;
}

async function uninstall(asked: Asked, tree: Tree): Promise<number> {
  const prepared = prepareUninstall(tree, asked.on.has('purge'), Date.now());
  show(prepared, tree, asked.on.has('dry-run'));
  if (asked.on.has('dry-run')) return 0;
  const machine = machineOf(tree);
  machine?.stopService(tree.places);
  await prepared.carryOut();
  machine?.forgetService();
  print(process.stdout, `Uninstalled. Call records and billing codes stay in ${tree.places.data}.`);
  return 0;
}

function treeOf({ text: { root, platform } }: Asked): Tree {
  if (platform !== undefined && (root === undefined || !/^(?:linux|win32)$/.test(platform)))
    throw new UsageError('takes --platform linux or win32, together with --root');
  const places = (platform ?? process.platform) === 'win32' ? windows : linux;
  return treeBelow(root === undefined ? null : resolve(root), places);
}

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  try {
    const asked = read(args);
    const tree = treeOf(asked);
    return await (asked.on.has('uninstall') ? uninstall(asked, tree) : install(asked, tree));
  } catch (error) {
    if (!(error instanceof InstallProblem || error instanceof StoreError || isUsageError(error))) throw error;
    complain(` install: ${messageOf(error).split('\n')[0] ?? ''}`);
    return isUsageError(error) ? 2 : 1;
  }
}
