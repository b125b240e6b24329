import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readWhole } from '../../src/csv/whole-file.ts';
import { run } from '../cli/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads all of a file, and nothing of one that is larger than it may be', async () => {
  const file = join(folder, 'file');
  const content = Buffer.alloc(2_500_000, 'ab');
  writeFileSync(file, content);
  expect((await readWhole(file, content.length)).equals(content)).toBe(true);
  await expect(readWhole(file, content.length - 1)).rejects.toThrow('it is larger than 2499999 bytes');
  await expect(readWhole(join(folder, 'none'), 1)).rejects.toThrow('ENOENT');
});

it('an import of what never ends is refused', async () => {
  // Its size is not known before it is read.
  const refused = await run(['accounts', 'import', '/dev/zero'], { BILLING_DATA_DIR: folder });
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/cannot read \/dev\/zero: it is larger than \d+ bytes/),
  });
});
