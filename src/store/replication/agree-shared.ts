import type { ChangedRow, SharedRow, TakenRow, VersionedRow } from '../ports/console-replica.ts';
import { agreedContent, isSame } from './merge-shared.ts';

/**
 * By which names of users, of templates, and of one user's reports are told apart, whatever their case; null: it has none, or not any
 * more.
 */
export function nameKeyOf({ kind, content }: Pick<SharedRow, 'kind' | 'content'>): string | null {
  const { name, user, gone } = content;
  if (typeof name !== 'string' || gone === 1) return null;
  switch (kind) {
    case 'user':
    case 'template':
      return name.toLowerCase();
    case 'saved-report':
      return `${String(user)} ${name.toLowerCase()}`;
    case 'token':
    case 'template-use':
    case 'alert':
      return null;
  }
}

/** The system of record, while nobody else writes to it. */
type Held = {
  find(row: Pick<SharedRow, 'kind' | 'key'>): VersionedRow | null;
  /** Whether another row of this kind has the name. */
  isNamed(row: Pick<SharedRow, 'kind' | 'key'>, nameKey: string): Promise<boolean>;
  write(row: VersionedRow, isNew: boolean): Promise<void>;
};

/**
 * Merges rows that changed on one controller into what is there; each that is written has a version of its own, from the one after `version`
 * on. A row is left out where another one has its name: whoever was there first keeps it, and comes with that controller's next look.
 */
export async function agreeOn(
  rows: readonly ChangedRow[],
  version: number,
  held: Held,
): Promise<{ taken: TakenRow[]; upTo: number }> {
  const taken: TakenRow[] = [];
  let upTo = version;
  for (const row of rows) {
    const { kind, key } = row;
    const there = held.find(row);
    const content = agreedContent(row, there);
    if (there !== null && isSame(content, there.content)) {
      taken.push({ ...there, sent: row.content });
      continue;
    }
    const nameKey = nameKeyOf({ kind, content });
    if (nameKey !== null && (await held.isNamed(row, nameKey))) continue;
    upTo += 1;
    const written = { kind, key, content, version: upTo };
    await held.write(written, there === null);
    taken.push({ ...written, sent: row.content });
  }
  return { taken, upTo };
}
