import { existsSync, statSync } from 'node:fs';
import { programVersion } from '../../config/version.ts';
import { stamp } from '../backup/names.ts';
import { apply, copyOf, missingFolders, removeEmpty, takeBackUnfinished, type Owners } from './apply.ts';
import type { Change, Plan } from './change.ts';
import { manifestFile, readManifest, type Manifest } from './manifest.ts';
import { findFreeSwitch, type FreeSwitchPlace, type GivenPlace } from './place.ts';
import { planInstall, type InstallPlan, type PlanOptions } from './plan.ts';
import { InstallProblem } from './problem.ts';
import { hashOf, type Tree } from './tree.ts';
import { planUninstall } from './uninstall.ts';

export type Preparing = Omit<PlanOptions, 'place' | 'manifest'> & { given: GivenPlace; nowMs: number };

/** What is to be done, and the way to do it. */
export type Prepared<P extends Plan> = {
  /** Null: FreeSWITCH may be gone by now. */
  place: FreeSwitchPlace | null;
  plan: P;
  /** An earlier installation that was killed half-way was put back first. */
  wasUnfinished: boolean;
  /** There was none before. */
  isFirst: boolean;
  /** Where copies of what is replaced go. */
  copies: string;
  /** Makes all changes or none; `belonging`, done last, is one of them. Rejects with an `InstallProblem`. */
  carryOut(belonging?: () => Promise<void>): Promise<void>;
};

export type PreparedInstall = Prepared<InstallPlan> & { place: FreeSwitchPlace };

const nothing = (): Promise<void> => Promise.resolve();

/** Throws an `InstallProblem`. */
export function prepareInstall({ given, nowMs, ...options }: Preparing): PreparedInstall {
  const { tree } = options;
  const wasUnfinished = takeBackUnfinished(tree);
  const place = findFreeSwitch(tree, given);
  const before = readManifest(tree);
  const plan = planInstall({ ...options, place, manifest: before });
  const copies = `${tree.places.copies}/${stamp(nowMs)}`;
  return {
    ...{ place, plan, wasUnfinished, isFirst: before === null, copies },
    async carryOut(belonging = nothing) {
      const manifest = manifestOf(tree, plan, { before, copies, conf: place.conf });
      const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
      const own: Change = { path: manifestFile(tree), content: text, mode: 0o600, owner: 'root' };
      const isNews = tree.read(manifestFile(tree))?.equals(text) !== true;
      const changes = isNews ? [...plan.changes, own] : plan.changes;
      if (changes.length === 0) await belonging();
      else await apply(tree, changes, { copies, owners: ownersIn(tree, place.conf), belonging });
    },
  };
}

/** Throws an `InstallProblem`. */
export function prepareUninstall(tree: Tree, purge: boolean, nowMs: number): Prepared<Plan> {
  const wasUnfinished = takeBackUnfinished(tree);
  const manifest = readManifest(tree);
  if (manifest === null) throw new InstallProblem(`nothing is installed here: there is no ${manifestFile(tree)}`);
  const plan = planUninstall(tree, manifest, purge);
  const copies = `${tree.places.copies}/${stamp(nowMs)}-uninstalled`;
  return {
    ...{ place: null, plan, wasUnfinished, isFirst: false, copies },
    async carryOut(belonging = nothing) {
      await apply(tree, plan.changes, { copies, owners: ownersIn(tree, manifest.conf), belonging });
      removeEmpty(tree, [...manifest.folders, tree.places.settings]);
    },
  };
}

type Made = { before: Manifest | null; copies: string; conf: string };

function manifestOf(tree: Tree, plan: InstallPlan, { before, copies, conf }: Made): Manifest {
  const replaced = plan.changes.map(({ path }) => path).filter((path) => tree.read(path) !== null);
  const originals = replaced.filter((path) => plan.shipped.has(path) && before?.files[path] === undefined);
  const inserted = { ...before?.inserted };
  for (const [path, lines] of Object.entries(plan.inserted)) inserted[path] = [...(inserted[path] ?? []), ...lines];
  const kept = new Set(plan.edited.filter(({ isReplaced }) => !isReplaced).map(({ path }) => path));
  // A file that was there before and stays is not ours, now or at the end.
  const ours = [...plan.shipped].filter(([path]) => !kept.has(path) || before?.files[path] !== undefined);
  return {
    ...{ version: programVersion(), conf },
    isComplete: plan.isComplete,
    files: Object.fromEntries(ours.map(([path, content]) => [path, hashOf(content)])),
    inserted,
    originals: { ...before?.originals, ...Object.fromEntries(originals.map((path) => [path, copyOf(copies, path)])) },
    folders: [
      ...new Set([
        ...(before?.folders ?? []),
        ...missingFolders(
          tree,
          plan.changes.map(({ path }) => path.replace(/\/[^/]*$/, '') || '/'),
        ),
      ]),
    ],
  };
}

/** Files are of whom FreeSWITCH's folder is; where we are not root, they are ours. */
function ownersIn(tree: Tree, conf: string): Owners {
  if (process.getuid?.() !== 0) return { freeswitch: null, root: null };
  const folder = tree.real(conf);
  const freeswitch = existsSync(folder) ? statSync(folder) : { uid: 0, gid: 0 };
  return {
    freeswitch: { uid: freeswitch.uid, gid: freeswitch.gid },
    root: { uid: 0, gid: groupIn(tree, 'billing-codes') ?? 0 },
  };
}

/** Id of a group of the installed system; null: there is none of that name. */
export function groupIn(tree: Tree, name: string): number | null {
  const line = tree
    .read('/etc/group')
    ?.toString('utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  return line === undefined ? null : Number(line.split(':')[2]);
}
