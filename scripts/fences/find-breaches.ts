import { cruise } from 'dependency-cruiser';
import type { IFlattenedRuleSet } from 'dependency-cruiser';
import { libraries, rooms } from './rooms.ts';
import { pathsOf, rulesOf } from './rules.ts';

/** One import that the tables forbid, and why. */
export type Breach = {
  /** `importing file → imported file`, from the root of the project. */
  readonly import: string;
  readonly why: string;
};

/** Every breach in the `src` of the project at `root`, and cycles in its other `folders`. */
export async function findBreaches(root: string, folders: readonly string[]): Promise<readonly Breach[]> {
  const ruleSet: IFlattenedRuleSet = { forbidden: rulesOf(rooms, libraries) };
  const { output } = await cruise(['src', ...folders], {
    baseDir: root,
    validate: true,
    ruleSet,
    doNotFollow: { path: 'node_modules' },
    // Imports of types alone count too.
    tsPreCompilationDeps: true,
  });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered a text: ${output}`);
  const violations = output.summary.violations.map(({ from, to, rule, cycle }) => ({
    import: `${from} → ${to}`,
    why: cycle === undefined ? rule.name : `cycle: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`,
  }));
  return [...violations, ...homeless(output.modules.map(({ source }) => source))];
}

/** Files of `src` that stand in no room of the table, those of `src` itself too. */
function homeless(files: readonly string[]): readonly Breach[] {
  const patterns = Object.keys(rooms).map((room) => new RegExp(pathsOf(room, []).path));
  return files
    .filter((file) => file.startsWith('src/') && !patterns.some((pattern) => pattern.test(file)))
    .map((file) => ({ import: file, why: 'its folder is missing in the table (scripts/fences/rooms.ts)' }));
}
