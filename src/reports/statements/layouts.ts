import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../words/thrown.ts';
import type { Result } from '../../words/result.ts';
import { readLayoutText, type Layout } from './layout.ts';

/** Those that are built in: files like a site's own. */
export const layoutNames = ['client', 'department', 'internal'] as const;
export type LayoutName = (typeof layoutNames)[number];

const fileOf = (name: LayoutName): string => join(import.meta.dirname, 'layouts', `${name}.json`);

const isLayoutName = (text: string): text is LayoutName => (layoutNames as readonly string[]).includes(text);

/** The text of one that is built in: what a site's own begins with. */
export const layoutText = (name: LayoutName): string => readFileSync(fileOf(name), 'utf8');

/** A layout by its name, or of a site's file. */
export function layoutNamed(text: string): Result<Layout> {
  if (isLayoutName(text)) return readLayoutText(layoutText(text), text);
  if (!text.toLowerCase().endsWith('.json')) {
    const problem = `there is no layout "${text}": use ${layoutNames.join(', ')}, or a file that ends in .json`;
    return { ok: false, problem };
  }
  try {
    return readLayoutText(readFileSync(text, 'utf8'), text);
  } catch (error) {
    return { ok: false, problem: `layout ${text} cannot be read: ${messageOf(error)}` };
  }
}
