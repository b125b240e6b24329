import { describe, expect, it } from '@jest/globals';
import type { CopyMark, CopyOrigin } from '../../../src/store/ports/copy-store.ts';
import { findingOf, type Evidence } from '../../../src/store/replication/history.ts';

const database = { databaseId: 'd', historyId: 'h' };
const origin: CopyOrigin = {
  ...{ fileId: 'f', source: database, hasCopied: true, hasDirectory: true, isMadeHere: false, again: null },
};
const mark: CopyMark = { beat: 7, sentUpTo: 100, directory: { id: 50, atMs: 5000 }, rates: null };
const found: Evidence = {
  ...{ database, marked: { beat: 7, sentUpTo: 100 } },
  ...{ directory: { kind: 'there', atMs: 5000 }, rates: { kind: 'not-asked' } },
};
const kindOf = (changes: Partial<Evidence>): string => findingOf(origin, mark, { ...found, ...changes }).kind;

describe('what a database says of what was read from it', () => {
  it('goes on where all is as it was, also after a stop between the mark there and the note of it here', () => {
    expect(kindOf({})).toBe('same');
    expect(kindOf({ marked: { beat: 8, sentUpTo: 120 } })).toBe('same');
    expect(findingOf(origin, { ...mark, beat: 0 }, { ...found, marked: null }).kind).toBe('same');
  });

  it('begins again where marks, changes or the history are others', () => {
    expect(kindOf({ marked: { beat: 6, sentUpTo: 90 } })).toBe('restored');
    expect(kindOf({ marked: null })).toBe('restored');
    expect(kindOf({ directory: { kind: 'missing' } })).toBe('restored');
    // The log has grown again past the position: another change has the number.
    expect(kindOf({ directory: { kind: 'there', atMs: 6000 } })).toBe('restored');
    expect(kindOf({ database: { ...database, historyId: 'h2' } })).toBe('restored');
    expect(findingOf({ ...origin, again: 'asked for' }, mark, found)).toEqual({ kind: 'restored', why: 'asked for' });
  });

  it('tells pruning from a restore, and a file that is older than its mark', () => {
    expect(kindOf({ directory: { kind: 'pruned' } })).toBe('same');
    expect(kindOf({ marked: { beat: 9, sentUpTo: 200 } })).toBe('other-file');
    // Also where it was to begin again already: it is renewed then, too.
    const again = findingOf({ ...origin, again: 'asked for' }, mark, { ...found, marked: { beat: 9, sentUpTo: 200 } });
    expect(again.kind).toBe('other-file');
  });
});
