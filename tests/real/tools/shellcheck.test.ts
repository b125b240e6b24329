import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runTool } from './tool.ts';

describe.each(['install.sh', 'make-deb.sh'])('scripts/%s', (name) => {
  it('has nothing that shellcheck warns of', () => {
    const script = join(import.meta.dirname, '..', '..', '..', 'scripts', name);
    const checked = runTool('shellcheck', [script], { from: 'Debian: apt-get install shellcheck' });
    expect(checked).toEqual({ code: 0, output: '' });
  });
});
