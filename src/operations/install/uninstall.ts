import { statSync } from 'node:fs';
import { join as joined } from 'node:path/posix';
import type { Change, Edited, Plan } from './change.ts';
import { manifestFile, type Manifest } from './manifest.ts';
import { keptValuesFile, valuesFile } from './plan.ts';
import { settingsFile } from './settings-file.ts';
import { hashOf, type Tree } from './tree.ts';

/** Takes away what was installed, and puts back what was in its place. What somebody has edited stays, unless `purge`; data always do. */
export function planUninstall(tree: Tree, manifest: Manifest, purge: boolean): Plan {
  const { conf } = manifest;
  const changes: Change[] = [];
  const edited: Edited[] = [];
  for (const [path, hash] of Object.entries(manifest.files)) {
    const there = tree.read(path);
    if (there === null) continue;
    if (hashOf(there) === hash || purge) changes.push(withOriginal(tree, manifest, path));
    else edited.push({ path, difference: [], isReplaced: false });
  }
  for (const [path, lines] of Object.entries(manifest.inserted)) {
    const text = tree.read(path)?.toString('utf8');
    if (text === undefined || lines.length === 0) continue;
    changes.push({ path, content: Buffer.from(without(text, lines)), mode: 'as-is', owner: 'freeswitch' });
  }
  const values = tree.read(joined(conf, valuesFile));
  changes.push(withOriginal(tree, manifest, joined(conf, valuesFile)));
  // The next installation takes them up.
  if (values !== null && !purge)
    changes.push({ path: keptValuesFile(tree), content: values, mode: 0o600, owner: 'root' });
  if (purge) changes.push(removed(settingsFile(tree)), removed(keptValuesFile(tree)));
  changes.push(removed(manifestFile(tree)));
  return { changes, edited, notes: [] };
}

const removed = (path: string): Change => ({ path, content: null, mode: 0, owner: 'root' });

function withOriginal(tree: Tree, { originals }: Manifest, path: string): Change {
  const copy = originals[path];
  if (copy === undefined) return removed(path);
  const mode = statSync(tree.real(copy)).mode & 0o777;
  return { path, content: tree.read(copy), mode, owner: 'freeswitch' };
}

/** Each of the lines once, where it is as we put it. */
function without(text: string, lines: readonly string[]): string {
  return lines.reduce((left, line) => left.replace(`${line}\n`, () => ''), text);
}
