import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that the program comes with. */
export type ShippedPackage = {
  name: string;
  version: string;
  /** An SPDX expression, or what the package says instead; empty: it says nothing. */
  licence: string;
  /** Files of the package with the licence itself and notices. */
  texts: readonly { file: string; text: string }[];
};

/** Licences that a program under any licence may be shipped with, with their text and notices. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
  // By file: as long as those files come unchanged and as sources, which they do (https://www.mozilla.org/MPL/2.0/FAQ/, Q8).
  'MPL-2.0',
]);

/** Packages that say nothing of their licence where machines look, with what their files say. */
const said: Readonly<Record<string, string>> = {
  // The distribution of Node itself; its LICENSE has those of all that is in it.
  node: 'MIT',
  modesl: 'MPL-2.0',
  'png-js': 'MIT',
};

type Locked = { version?: string; dev?: boolean; devOptional?: boolean; link?: boolean; optional?: boolean };
type Manifest = { name?: string; version?: string; license?: unknown; licenses?: unknown };

/** Everything that `npm install --omit=dev` puts there, as the lock file has it and as it is on this machine. */
export function shippedPackages(root: string): ShippedPackage[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const found = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, link }]) => path.startsWith('node_modules/') && !dev && !devOptional && !link)
    .map(([path]) => join(root, path))
    // What is optional is there on machines that it is for.
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map(packageIn);
  const byId = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byId].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
}

function packageIn(folder: string): ShippedPackage {
  const {
    name = '',
    version = '',
    ...manifest
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = readdirSync(folder).filter(
    (file) => /^(?:licen[cs]e|copying|notice|ofl)/i.test(file) && !/\.[jt]s$/.test(file),
  );
  return {
    ...{ name, version, licence: said[name] ?? licenceOf(manifest) },
    texts: files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') })),
  };
}

/** Also in the ways of packages that are older than SPDX. */
function licenceOf({ license, licenses }: Manifest): string {
  const given: unknown[] = [license ?? licenses ?? []].flat();
  return given
    .map((one) => (typeof one === 'string' ? one : typeOf(one)))
    .filter((one) => one !== '')
    .join(' OR ');
}

const typeOf = (one: unknown): string =>
  typeof one === 'object' && one !== null && 'type' in one && typeof one.type === 'string' ? one.type : '';

/** SPDX: one of alternatives will do, of what is joined by AND each must be allowed. */
export const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(/ OR /i)
    .some((one) => one.split(/ AND /i).every((part) => allowed.has(part.trim())));

/** A line for each package that may not be shipped. */
export function objections(packages: readonly ShippedPackage[]): string[] {
  return packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ name, version, licence }) =>
      licence === ''
        ? `${name} ${version} does not say what its licence is: look at its files, and note it in scripts/licences/packages.ts`
        : `${name} ${version}: its licence ${licence} is not among those in scripts/licences/packages.ts`,
    );
}

export function licenceText(packages: readonly ShippedPackage[]): string {
  const line = '-'.repeat(80);
  const entries = packages.map(({ name, version, licence, texts }) => {
    const files = texts.map(({ text }) => text.trim().replaceAll('\r\n', '\n'));
    return [`${name} ${version}: ${licence}`, '', ...files, ''].join('\n');
  });
  return ['Packages that come with billing-codes, and their licences.', '', ...entries].join(`\n${line}\n`);
}
