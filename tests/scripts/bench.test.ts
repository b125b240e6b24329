import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');

async function bench(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, 'scripts', 'bench.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, stderr };
}

it.each([
  ['a process of callers', 'caller-process.ts'],
  ['a controller', 'controller-process.ts'],
])(
  'a case ends with its error when %s breaks',
  async (_, failing) => {
    const { code, stderr } = await bench(['growth', '--quiet', '--at-once', '10', '--calls', '1000000'], {
      FAILING: failing,
      BENCH_NODE_FLAGS: `--import=${join(import.meta.dirname, 'bench', 'failing-process.ts')}`,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^bench: .*(broken on purpose|ended)/) });
  },
  30_000,
);

it('wrong usage ends with 2 and one line', async () => {
  const { code, stderr } = await bench(['nonsense'], {});
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'bench: no such case: nonsense; see npm run bench -- --help\n' });
});
