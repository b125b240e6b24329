import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountFields, departmentFields, extensionFields } from '../../../src/words/directory.ts';
import { jsonNameOf } from '../../../src/directory/showing.ts';
import { routes } from '../../../src/web/routes.ts';
import { startTestConsole, type TestConsole } from '../console/test-console.ts';

let console: TestConsole;
let document: Document;
beforeAll(async () => {
  console = await startTestConsole();
  document = (await (await fetch(`${console.origin}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => console.dispose());

type Schema = { properties?: Record<string, unknown>; required?: string[]; additionalProperties?: unknown };
type Document = {
  openapi: string;
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema> };
};

const validator = join(
  import.meta.dirname,
  ...['..', '..', '..', 'node_modules', '@seriousme', 'openapi-schema-validator', 'bin', 'validate-api-cli.js'],
);

/** What the validator says of a document; it is a program of its own. */
function validated(of: object): { status: number | null; says: string } {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-openapi-'));
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(of));
  const { status, stdout, stderr } = spawnSync(process.execPath, [validator, file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, says: stdout + stderr };
}

describe('the document of the API', () => {
  it('is OpenAPI 3.1, as an independent validator reads it', () => {
    expect(validated(document)).toEqual({ status: 0, says: expect.stringContaining('"valid": true') });
    expect(document.openapi).toBe('3.1.0');
    expect(validated({ ...document, paths: { 'no-slash': 1 } }).status).not.toBe(0);
  });

  it('has every route of the API, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routes
      .filter(({ path }) => path.startsWith('/api/'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(served.sort());
  });

  it('has every field of the directory in what is read, given and changed', () => {
    const { schemas } = document.components;
    for (const [name, fields] of [
      ['Account', accountFields],
      ['Extension', extensionFields],
      ['Department', departmentFields],
    ] as const) {
      const names = Object.values(fields).map(jsonNameOf).sort();
      for (const schema of [`New${name}`, `${name}Change`])
        expect(Object.keys(schemas[schema]?.properties ?? {}).sort()).toEqual(names);
      expect(Object.keys(schemas[name]?.properties ?? {})).toEqual(expect.arrayContaining(names));
      expect(schemas[`New${name}`]?.additionalProperties).toBe(false);
    }
    expect(schemas['NewAccount']?.required).toEqual(['code', 'name']);
    expect(schemas['NewExtension']?.required).toEqual(['number']);
  });

  it('says nothing twice: every schema that is named is there', () => {
    const text = JSON.stringify(document);
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect([...new Set(named)].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });
});
