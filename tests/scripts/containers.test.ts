import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { environmentNameOf, settings } from '../../src/config/keys.ts';

const root = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: root });
const chart = 'scripts/helm/billing-codes';
const templates = globSync(`${chart}/templates/*.{yaml,tpl}`, { cwd: root });

/** An instruction and its words. Lines that end in a backslash go on; comments do not count. */
type Instruction = readonly [name: string, ...words: string[]];

/** Of a Dockerfile, one for each FROM (https://docs.docker.com/reference/dockerfile/). */
function stagesOf(text: string): Instruction[][] {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [name = '', ...words] = line.split(/\s+/);
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push([name, ...words]);
  }
  return stages;
}

type Keyed = { key: string | undefined };
const byKey = (a: Keyed, b: Keyed): number => ((a.key ?? '') < (b.key ?? '') ? -1 : 1);

const argumentsOf = (stage: readonly Instruction[], name: string): string[][] =>
  stage.filter(([found]) => found === name).map(([, ...words]) => words);

describe('image, compose file and workflows', () => {
  it.each(['Dockerfile', 'compose.yaml', ...workflows, ...templates])('of %s name settings that exist', (file) => {
    const known = new Set(settings().map(({ key }) => environmentNameOf(key)));
    const named = [...textOf(file).matchAll(/\b(BILLING_[A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
    expect(
      named.filter(
        (name) => !known.has(name) && name !== 'BILLING_SQLSERVER_' && !/^BILLING_(TEST_|CONFIG$)/.test(name),
      ),
    ).toEqual([]);
  });

  it('copy into the image what npm ships, and no more', () => {
    const [packed = [], shipped = []] = stagesOf(textOf('Dockerfile'));
    const copied = argumentsOf(packed, 'COPY').flatMap((words) => words.slice(0, -1));
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    const ran = argumentsOf(packed, 'RUN').flat().join(' ');
    // What is in `files` of package.json, and what prepack makes of it; npm runs no script there.
    const { prepack } = (JSON.parse(textOf('package.json')) as { scripts: { prepack: string } }).scripts;
    for (const [, script = ''] of prepack.matchAll(/--file (\S+ \w+)/g)) expect(ran).toContain(`node ${script}`);
    expect(ran).toMatch(/npm pack --ignore-scripts .*tar .*billing-codes-\*\.tgz/);
    expect(argumentsOf(shipped, 'COPY')).toEqual([['--from=packed', '/opt/billing-codes', '/opt/billing-codes']]);
  });

  it('run in the image as nobody, with a health check of the port that it opens', () => {
    const shipped = stagesOf(textOf('Dockerfile')).at(-1) ?? [];
    expect(shipped.at(-1)?.[0]).toBe('CMD');
    expect(argumentsOf(shipped, 'USER').at(-1)).toEqual(['1000:1000']);
    const variables = new Map(
      argumentsOf(shipped, 'ENV')
        .flat()
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    const port = variables.get('BILLING_HTTP_PORT') ?? 'none';
    // Wherever it is moved to.
    expect(argumentsOf(shipped, 'HEALTHCHECK').flat().join(' ')).toContain(
      'http://127.0.0.1:${process.env.BILLING_HTTP_PORT}/healthz',
    );
    expect(argumentsOf(shipped, 'EXPOSE').flat()).toEqual(['8084', port]);
    expect(argumentsOf(shipped, 'VOLUME').flat()).toEqual([variables.get('BILLING_DATA_DIR')]);
    const bases = argumentsOf(stagesOf(textOf('Dockerfile')).flat(), 'FROM').map(([base]) => base);
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  it('give the chart the version of the program, and its controllers the ports of the image', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    for (const name of ['version', 'appVersion'])
      expect(textOf(`${chart}/Chart.yaml`)).toContain(`\n${name}: ${version}\n`);
    const [, ...ports] = argumentsOf(stagesOf(textOf('Dockerfile')).at(-1) ?? [], 'EXPOSE').flat();
    const opened = [...textOf(`${chart}/templates/statefulset.yaml`).matchAll(/containerPort: (\d+)/g)];
    expect(opened.map(([, port]) => port)).toEqual(['8084', ...ports]);
  });

  it('give the chart every secret setting from a Secret, and refuse it in a ConfigMap', () => {
    const named = [...textOf(`${chart}/templates/_helpers.tpl`).matchAll(/^([\w.]+): (BILLING_\w+)$/gm)];
    const secrets = settings().filter(({ setting }) => setting.sensitive === true);
    expect(named.map(([, key, variable]) => ({ key, variable })).sort(byKey)).toEqual(
      secrets.map(({ key }) => ({ key, variable: environmentNameOf(key) })).sort(byKey),
    );
    const described = textOf(`${chart}/values.yaml`);
    for (const [, , variable = ''] of named)
      expect(described).toContain(variable.replace('BILLING_', '').toLowerCase().replaceAll('_', '-'));
  });

  it('leave out of the image what is made, secret or of a developer', () => {
    const left = new Set(textOf('.dockerignore').split('\n'));
    for (const name of ['.git', 'data', 'node_modules', 'tests', '.env', '*.tgz']) expect(left).toContain(name);
  });

  it.each(workflows)('of %s run scripts that exist', (file) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const run = [...textOf(file).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...textOf(file).matchAll(/(?:scripts|tests)\/[\w/.-]+\.(?:ts|mjs|sh)/g)].map(([name]) => name);
    expect(files.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
