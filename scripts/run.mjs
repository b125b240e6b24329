#!/usr/bin/env node
// Starts everything this project runs. It is plain JavaScript without dependencies because it is what a fresh clone has:
// it installs what is missing and then hands over to the Node 24 that the npm package `node` brings, which runs the
// TypeScript sources as they are.
//
//   node scripts/run.mjs COMMAND …     billing-codes COMMAND … (src/cli/main.ts)
//   node scripts/run.mjs --test …      types, imports and format, then lint and jest
//   node scripts/run.mjs --jest …      jest with these arguments
//   node scripts/run.mjs --lint        types, imports, lint and format alone
//   node scripts/run.mjs --format      writes the format
//   node scripts/run.mjs --file F …    runs one TypeScript file
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const brought = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** Where the package `node` could not bring one (npm may be told to run no install scripts), a Node as new will do: 24.7 has argon2. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 7);
const runtime = !existsSync(brought) && isNewEnough ? process.execPath : brought;
/** What is installed as a package has its sources as JavaScript (scripts/pack.ts). */
const typed = join(root, 'src', 'cli', 'main.ts');
const main = existsSync(typed) ? typed : join(root, 'src', 'cli', 'main.js');

const packagesOf = (file) => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {});
const isDevelopment = ({ dev, devOptional }) => dev === true || devOptional === true;

/** npm writes down what it installed in a lock file of its own; the two agree where nothing is missing. */
function isInstalled(installed, everything) {
  if (!existsSync(runtime)) return false;
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.optional ||
      (!everything && isDevelopment(wanted)) ||
      (path in installed && installed[path].version === wanted.version),
  );
}

/** Whoever runs the product gets what it runs on; tests and tools bring the rest. What a developer has is kept complete. */
function installWhatIsMissing(forDevelopment) {
  const installed = packagesOf(join(modules, '.package-lock.json'));
  if (isInstalled(installed, forDevelopment)) return;
  const everything = forDevelopment || Object.values(installed).some(isDevelopment);
  process.stderr.write('Installing packages (first run, or package-lock.json changed)…\n');
  const options = [...(everything ? [] : ['--omit=dev']), '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawnSync('npm', ['ci', ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0 || !existsSync(runtime)) {
    process.stderr.write(
      'billing-codes: npm ci failed, see above; nothing was started. Is the npm registry reachable?\n',
    );
    process.exit(1);
  }
}

const tool = (...path) => join(modules, ...path);
const lint = [tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'];
const quickChecks = [
  [tool('typescript', 'bin', 'tsc'), '--noEmit'],
  [join(root, 'scripts', 'fences.ts')],
  [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'],
];

// Node strips types with WebAssembly, in every thread anew, and V8 13.6 can abort the whole process when it collects
// WebAssembly code while another thread compiles a wrapper (WasmImportWrapperCache::Free in
// deps/v8/src/wasm/wasm-import-wrapper-cache.cc: "Check failed: jit_page.has_value()"). What stays without collection is code
// that was replaced by faster code.
const nodeFlags = ['--no-wasm-code-gc'];

// What Node has compiled once, types taken off, is kept for the next process and for every thread, which is most of what a thread
// takes to start. Where it cannot be written, Node goes on without.
const env = { NODE_COMPILE_CACHE: join(modules, '.cache', 'compile'), ...process.env };

/**
 * Runs one command on the project's own Node and answers its exit code, which is 128 and the signal's number where a
 * signal ended it; signals go on to the child. `inOnePiece`: its output comes at its end, so that others may run beside it.
 */
function run(args, inOnePiece = false) {
  return new Promise((resolve) => {
    const stdio = inOnePiece ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(runtime, [...nodeFlags, ...args], { cwd: process.cwd(), stdio, env });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
    // Ctrl-C reaches the child from the terminal by itself; a signal sent to this process alone does not. On Windows there are none but
    // those of the console, by which services are stopped, too: they reach the child, and to pass one on would kill it at once.
    const forward = (signal) => child.kill(signal);
    const ignore = () => {};
    const isWindows = process.platform === 'win32';
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, isWindows ? ignore : forward);
    process.on('SIGINT', isWindows || process.stdin.isTTY ? ignore : forward);
    if (isWindows) process.on('SIGBREAK', ignore);
    child.on('close', (code, signal) => {
      process.stderr.write(Buffer.concat(output));
      resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
    });
  });
}

/** All of them at once; the exit code is that of the first in the list that failed. */
async function runAll(...runs) {
  const codes = await Promise.all(runs);
  return codes.find((code) => code !== 0) ?? 0;
}

const runQuickChecks = () => runAll(...quickChecks.map((check) => run(check, true)));
const runLint = () => run(lint, true);

const [first, ...rest] = process.argv.slice(2);
installWhatIsMissing(['--test', '--jest', '--lint', '--format', '--file'].includes(first));
const jest = [tool('jest', 'bin', 'jest.js'), '--rootDir', root];
switch (first) {
  case '--test':
    process.chdir(root);
    // Lint takes as long as the other checks together, on one core: the tests begin beside it.
    process.exitCode =
      rest.length > 0
        ? await run([...jest, ...rest])
        : (await runQuickChecks()) || (await runAll(runLint(), run(jest)));
    break;
  case '--jest':
    process.chdir(root);
    process.exitCode = await run([...jest, ...rest]);
    break;
  case '--lint':
    process.chdir(root);
    process.exitCode = await runAll(runLint(), runQuickChecks());
    break;
  case '--format':
    process.chdir(root);
    process.exitCode = await run([tool('prettier', 'bin', 'prettier.cjs'), '--write', '--log-level=warn', '.']);
    break;
  case '--file':
    process.exitCode = await run(rest);
    break;
  default:
    process.exitCode = await run([main, ...process.argv.slice(2)]);
}
