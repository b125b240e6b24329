import type { ChangedRow, SharedContent, VersionedRow } from '../ports/console-replica.ts';

type Value = SharedContent[string];

/** Moments and steps that only go on: the later one counts. */
const latest: ReadonlySet<string> = new Set(['signedInAtMs', 'totpStep', 'usedAtMs']);
/** What was revoked stays so. */
const earliest: ReadonlySet<string> = new Set(['revokedAtMs']);
/** Lists of what is left, separated by spaces: what either side has used is gone. */
const leftOver: ReadonlySet<string> = new Set(['recoveryCodes']);

/**
 * One row out of two, field by field: what was changed here since both sides agreed, else what is there. Where they never did, what is there
 * counts. Fields that only one side knows, as of another version of this program, stay.
 */
export function mergeContent(agreed: SharedContent | null, mine: SharedContent, theirs: SharedContent): SharedContent {
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  return Object.fromEntries([...names].map((name) => [name, mergeValue(name, agreed, mine, theirs)]));
}

function mergeValue(name: string, agreed: SharedContent | null, mine: SharedContent, theirs: SharedContent): Value {
  const [here, there] = [mine[name], theirs[name]];
  if (here === undefined || there === undefined) return here ?? there ?? null;
  if (latest.has(name)) return pick(Math.max, here, there);
  if (earliest.has(name)) return pick(Math.min, here, there);
  if (agreed === null || here === agreed[name]) return there;
  if (there === agreed[name]) return here;
  // An account whose template was removed here was given another one there.
  if (name === 'template') return here ?? there;
  return leftOver.has(name) ? inBoth(here, there) : here;
}

const pick = (of: (...values: number[]) => number, here: Value, there: Value): Value =>
  typeof here === 'number' && typeof there === 'number' ? of(here, there) : (here ?? there);

function inBoth(here: Value, there: Value): string {
  const others = new Set(String(there ?? '').split(' '));
  return String(here ?? '')
    .split(' ')
    .filter((one) => others.has(one))
    .join(' ');
}

/** Whether nothing needs to be written, whatever the order of the fields. */
export const isSame = (one: SharedContent, other: SharedContent): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => one[name] === other[name]);

/** What both sides are to have. A restore has taken from the other side what was agreed upon: then it is as here. */
export function agreedContent(
  { content, agreed }: Pick<ChangedRow, 'content' | 'agreed'>,
  there: Pick<VersionedRow, 'content' | 'version'> | null,
): SharedContent {
  if (there === null) return content;
  const isRestored = agreed !== null && there.version < agreed.version;
  return mergeContent(isRestored ? there.content : (agreed?.content ?? null), content, there.content);
}

/** As SQL Server has it, in JSON. What was spoilt by hand says nothing, and keeps no other row from being read; yes and no may be written as such. */
export function contentIn(json: string): SharedContent {
  try {
    const content: unknown = JSON.parse(json);
    if (typeof content !== 'object' || content === null) return {};
    return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, valueIn(value)]));
  } catch {
    return {};
  }
}

function valueIn(value: unknown): Value {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
