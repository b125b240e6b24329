import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { moduleNames } from './freeswitch/requirements.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'billing-codes-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers as FreeSWITCH or SIPp does when asked for its version. */
function program(name: string, answer: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A FreeSWITCH with all modules but those. */
function freeswitch(name: string, version: string, without: readonly string[] = []): string {
  const file = program(`${name}/bin/freeswitch`, `FreeSWITCH version: ${version} (64bit)`);
  const modules = join(folder, name, 'lib', 'freeswitch', 'mod');
  mkdirSync(modules, { recursive: true });
  for (const module of moduleNames()) if (!without.includes(module)) writeFileSync(join(modules, `${module}.so`), '');
  return file;
}

const good = freeswitch('good', '1.10.12-release');
const sipp = program('sipp', 'SIPp v3.6.1-SCTP-PCAP-RTPSTREAM.');

/** What `npm run test:freeswitch` asks first, with these variables alone. */
function check(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(
    join(root, 'node_modules', 'node', 'bin', 'node'),
    [join(root, 'tests', 'real', 'freeswitch', 'check.ts')],
    {
      env: { PATH: '/nowhere', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

describe('test:freeswitch says in one line what is missing and what to do', () => {
  const notExecutable = join(folder, 'not-executable');
  writeFileSync(notExecutable, '');
  const found = { FREESWITCH_BIN: good, SIPP_BIN: sipp };

  it.each<[string, Record<string, string>, RegExp]>([
    ['no variable', {}, /set FREESWITCH_BIN to the freeswitch program/],
    ['an empty variable', { FREESWITCH_BIN: '' }, /set FREESWITCH_BIN to the freeswitch program/],
    ['nothing there', { FREESWITCH_BIN: join(folder, 'none') }, /none, which is not there: set it/],
    ['not executable', { FREESWITCH_BIN: notExecutable }, /not-executable, which is not executable: set it/],
    ['a folder', { FREESWITCH_BIN: folder }, /which is not executable: set it/],
    ['another program', { FREESWITCH_BIN: program('other', 'hello') }, /no FreeSWITCH: the tests need 1\.10 or newer/],
    [
      'too old',
      { FREESWITCH_BIN: freeswitch('old', '1.8.7-release') },
      /FreeSWITCH 1\.8\.7-release: the tests need 1\.10/,
    ],
    [
      'a module missing',
      { FREESWITCH_BIN: freeswitch('less', '1.10.12', ['mod_json_cdr']) },
      /lacks mod_json_cdr: install that module/,
    ],
    ['no SIPp', { FREESWITCH_BIN: good }, /sipp cannot be run: install SIPp \(Debian: sip-tester\), or set SIPP_BIN/],
    ['not SIPp', { FREESWITCH_BIN: good, SIPP_BIN: program('soup', 'hello') }, /soup is no SIPp: install it/],
    [
      'SIPp too old',
      { ...found, SIPP_BIN: program('sipp3', 'SIPp v3.5.2-PCAP.') },
      /SIPp 3\.5\.2-PCAP\.: the tests need 3\.6/,
    ],
    [
      'SIPp without PCAP',
      { ...found, SIPP_BIN: program('sipp4', 'SIPp v3.7.1-TLS') },
      /SIPp 3\.7\.1-TLS: .* built with PCAP/,
    ],
    ['no port', { ...found, BILLING_TEST_PORT_BASE: 'x' }, /BILLING_TEST_PORT_BASE is x: set it to a number from 1024/],
    ['a port too high', { ...found, BILLING_TEST_PORT_BASE: '60000' }, /BILLING_TEST_PORT_BASE is 60000: set it/],
  ])('%s', async (_, env, line) => {
    const { code, stderr } = await check(env);
    expect(stderr).toMatch(/^test:freeswitch: [^\n]*\n$/);
    expect(stderr).toMatch(line);
    expect(code).toBe(1);
  });

  it.each(['udp', 'tcp'] as const)('a %s port that is taken', async (protocol) => {
    const taken = await take(protocol);
    // SIP is the first of the range, the event socket the second.
    const base = protocol === 'udp' ? taken.port : taken.port - 1;
    const { code, stderr } = await check({ ...found, BILLING_TEST_PORT_BASE: String(base) });
    await taken.free();
    expect(stderr).toMatch(
      new RegExp(
        `^test:freeswitch: ${protocol} port ${taken.port} \\(FreeSWITCH, .*\\) is taken: stop what uses it, or set .*\\n$`,
      ),
    );
    expect(code).toBe(1);
  });
});

/** A port low enough for the range to begin there, and taken from now on. */
async function take(protocol: 'udp' | 'tcp'): Promise<{ port: number; free(): Promise<void> }> {
  for (let port = 12_001; port < 30_000; port += 17) {
    const free = await (protocol === 'udp' ? takeUdp(port) : takeTcp(port));
    if (free !== null) return { port, free };
  }
  throw new Error('no port is free');
}

function takeUdp(port: number): Promise<(() => Promise<void>) | null> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(null));
    socket.bind(port, '127.0.0.1', () => resolve(() => new Promise((done) => socket.close(done))));
  });
}

function takeTcp(port: number): Promise<(() => Promise<void>) | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(() => new Promise((done) => server.close(() => done()))));
  });
}
