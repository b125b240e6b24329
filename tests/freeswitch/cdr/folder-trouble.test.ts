import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unmovable, unreadableText } from '../../../src/freeswitch/cdr/folder-trouble.ts';
import { listFolder } from '../../../src/freeswitch/cdr/spool-files.ts';
import { messageOf } from '../../../src/words/thrown.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-folder-'));
  for (const place of ['done', 'quarantine']) mkdirSync(join(folder, place));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what keeps CDRs from being moved away', () => {
  it('is nothing where both folders are there', async () => {
    expect(await unmovable(folder)).toBeNull();
  });

  it.each(['done', 'quarantine'])('is that %s is no folder', async (place) => {
    rmSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place), 'no folder', { mode: 0o600 });
    // What root may do with a file is what the mode says of executing it (access(2)).
    expect(await unmovable(folder)).toMatch(new RegExp(`cannot be written \\(EACCES: .*${place}'\\)`));
  });

  it('is that the folder is gone, though it was read a moment before, in the words of the next reading', async () => {
    rmSync(folder, { recursive: true });
    const why = await listFolder(folder).then(() => '', messageOf);
    expect(why).toMatch(/^ENOENT: /);
    expect(await unmovable(folder)).toBe(unreadableText(folder, why));
  });
});
