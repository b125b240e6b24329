import type { CopyMark, CopyOrigin, DatabaseIdentity, SeenChange } from '../ports/copy-store.ts';

/** What a database says of this file and of the changes that were read from it. */
export type Evidence = {
  database: DatabaseIdentity;
  /** The file's mark there; null: none. */
  marked: { beat: number; sentUpTo: number } | null;
  /** What is there in the place of a change that was seen. */
  directory: FoundChange;
  rates: FoundChange;
};

/** A change with a number: as it is there, pruned with all that were older, or missing though older ones are there. */
export type FoundChange =
  { kind: 'there'; atMs: number } | { kind: 'pruned' } | { kind: 'missing' } | { kind: 'not-asked' };

export type Finding =
  /** All that was read and sent is still there. */
  | { kind: 'same' }
  /** It is not: e.g. an older backup was restored. */
  | { kind: 'restored'; why: string }
  /**
   * The database knows more of this file than the file itself does, which therefore is an older one, or one of two, or was linked to a
   * copy of the database meanwhile: what it read and sent since may be another database's.
   */
  | { kind: 'other-file'; why: string };

const otherFile =
  'it knows more of the local file than the file itself: the file is an older one or the copy of another, or was linked to a copy of the database meanwhile';

/** Compares what the file remembers of the database with what is there. Pure, so that every case can be tested as data. */
export function findingOf(origin: CopyOrigin, mark: CopyMark, found: Evidence): Finding {
  // One more than is noted here: this program was stopped before it noted its last mark.
  if (found.marked !== null && found.marked.beat > mark.beat + 1) return { kind: 'other-file', why: otherFile };
  if (origin.again !== null) return { kind: 'restored', why: origin.again };
  if (origin.source !== null && origin.source.historyId !== found.database.historyId) {
    return { kind: 'restored', why: 'its history began anew (dbo.usp_BeginHistory)' };
  }
  if (mark.beat > 0 && (found.marked === null || found.marked.beat < mark.beat)) {
    return { kind: 'restored', why: 'it has lost marks of this controller: a backup was restored' };
  }
  if (isOther(mark.directory, found.directory) || isOther(mark.rates, found.rates)) {
    return { kind: 'restored', why: 'changes that were read from it are not there: a backup was restored' };
  }
  return { kind: 'same' };
}

function isOther(seen: SeenChange | null, found: FoundChange): boolean {
  if (seen === null) return false;
  switch (found.kind) {
    case 'missing':
      return true;
    case 'there':
      return found.atMs !== seen.atMs;
    // Whoever reads on from there finds out that it cannot (`ChangeLog.canContinue`).
    case 'pruned':
    case 'not-asked':
      return false;
  }
}
