import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './access/secrets.ts';
import { open, type Route } from './route.ts';

const types = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
type AssetName = keyof typeof types;

const names = Object.keys(types) as AssetName[];
const files = new Map(
  names.map((name) => {
    const content = readFileSync(join(import.meta.dirname, 'assets', name), 'utf8');
    const [stem = '', ending = ''] = name.split('.');
    return [name, { content, path: `/assets/${stem}-${hashOf(content).slice(0, 12)}.${ending}` }];
  }),
);

/** Its address, which changes with what is in it. */
export const assetPath = (name: AssetName): string => files.get(name)?.path ?? '';

export const assetRoutes: readonly Route[] = names.map((name) =>
  open('GET', assetPath(name), () =>
    Promise.resolve({ kind: 'asset', type: types[name], content: files.get(name)?.content ?? '' }),
  ),
);
