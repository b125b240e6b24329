import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Language, Parser } from 'web-tree-sitter';

const root = join(import.meta.dirname, '..', '..');
const wasm = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

let parser: Parser;
beforeAll(async () => {
  await Parser.init();
  parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(wasm)));
});
const isSound = (text: string): boolean => parser.parse(text)?.rootNode.hasError === false;

/** It runs on Windows alone; here it is read as PowerShell would. */
describe('scripts/install.ps1', () => {
  const text = readFileSync(join(root, 'scripts/install.ps1'), 'utf8');

  it('is PowerShell', () => {
    expect(isSound(text)).toBe(true);
    expect(isSound(text.replace('} finally {', '} finally'))).toBe(false);
  });

  it('is ASCII: Windows PowerShell 5.1 reads a file without a mark in the code page of the machine', () => {
    expect(text).toMatch(/^[\x09\x0a\x20-\x7e]*$/);
  });

  it('asks for the Node that the program needs, and hands its arguments on', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    expect(`>=${/^\$oldest = (\d+)$/m.exec(text)?.[1] ?? ''}`).toBe(engines.node);
    expect(text).toContain('scripts/run.mjs install @args');
  });
});
