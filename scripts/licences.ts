/**
 * Of what the program brings from others: `list` writes THIRD-PARTY-LICENCES and, by npm, sbom.cdx.json, for `npm pack`; `clear` takes them away.
 * A licence that is not known, or not allowed, is an error with the package's name.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { licenceText, objections, shippedPackages } from './licences/packages.ts';

const root = dirname(import.meta.dirname);
const made = { licences: join(root, 'THIRD-PARTY-LICENCES'), sbom: join(root, 'sbom.cdx.json') };

function list(): void {
  const packages = shippedPackages(root);
  const wrong = objections(packages);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  writeFileSync(made.licences, licenceText(packages));
  const npm = process.env['npm_execpath'];
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const sbom = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'];
  // Not the name of the folder: npm takes that for the name of a package that is private.
  const bill = JSON.parse(
    execFileSync(command, [...first, ...sbom], { cwd: root, maxBuffer: 2 ** 26, encoding: 'utf8' }),
  ) as {
    metadata: { component: { name: string } };
  };
  bill.metadata.component.name = 'billing-codes';
  writeFileSync(made.sbom, `${JSON.stringify(bill, null, 2)}\n`);
}

const [what] = process.argv.slice(2);
if (what === 'list') list();
else if (what === 'clear') for (const file of Object.values(made)) rmSync(file, { force: true });
else throw new Error('usage: licences.ts list | clear');
