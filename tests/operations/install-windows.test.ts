import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { run, type Ran } from '../cli/run.ts';
import { settingsOf } from '../freeswitch-conf/copy-tree.ts';

/** A drive is a folder below another root. */
const freeswitch = '/C/Program Files/FreeSWITCH';
const programData = '/C/ProgramData/billing-codes';

let root: string;
let ports: string[];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'billing-codes-windows-'));
  const [esl = 0, sip = 0] = await freePorts(2);
  ports = ['--esl-port', String(esl), '--sip-port', String(sip)];
  put(
    `${freeswitch}/FreeSwitchConsole.exe`,
    '#!/bin/sh\necho "FreeSWITCH version: 1.10.12-release~64bit (-release 64bit)"\n',
    0o755,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const install = (...args: string[]): Promise<Ran> => run(['install', '--root', root, '--platform', 'win32', ...args]);
const files = (): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();

/** A configuration as FreeSWITCH's installer brings it, as far as it matters here. */
function stockConfiguration(): void {
  const at = (file: string): string => `${freeswitch}/conf/${file}`;
  put(at('freeswitch.xml'), '<?xml version="1.0"?>\r\n<document type="freeswitch/xml"/>\r\n');
  put(at('vars.xml'), '<include>\r\n  <X-PRE-PROCESS cmd="set" data="default_password=1234"/>\r\n</include>\r\n');
  put(
    at('autoload_configs/acl.conf.xml'),
    '<configuration name="acl.conf">\r\n  <network-lists>\r\n  </network-lists>\r\n</configuration>\r\n',
  );
  put(
    at('autoload_configs/modules.conf.xml'),
    '<configuration name="modules.conf">\r\n  <modules>\r\n  </modules>\r\n</configuration>\r\n',
  );
  put(
    at('autoload_configs/event_socket.conf.xml'),
    '<configuration name="event_socket.conf">\r\n  <settings>\r\n    <param name="listen-port" value="8022"/>\r\n    <param name="password" value="theirs"/>\r\n  </settings>\r\n</configuration>\r\n',
  );
}

describe('billing-codes install on Windows, below a root', () => {
  it('puts FreeSWITCH’s files, settings and the service where Windows has them, and says the same twice', async () => {
    stockConfiguration();
    const done = await install(...ports, '--3cx-host', '10.0.0.2', '--dial-plan-country', 'GB');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('configuration in C:/Program Files/FreeSWITCH/conf');
    expect(readdirSync(root)).toEqual(['C']);
    const values = settingsOf(text(`${freeswitch}/conf/vars_billing.xml`));
    expect(Object.fromEntries(values)).toMatchObject({
      billing_3cx_host: '10.0.0.2',
      billing_sounds: 'C:/Program Files/FreeSWITCH/sounds',
      billing_cdr_dir: 'C:/Program Files/FreeSWITCH/log/json_cdr',
    });
    for (const name of ['billing_event_socket_password', 'billing_cdr_password'])
      expect(values.get(name)).toMatch(/^[\w-]{16,}$|^theirs$/);
    expect(JSON.parse(text(`${programData}/billing-codes.json`))).toMatchObject({
      data: { dir: 'C:/ProgramData/billing-codes/data' },
      backup: { dir: 'C:/ProgramData/billing-codes/backups' },
      cdr: { dir: 'C:/Program Files/FreeSWITCH/log/json_cdr' },
      freeswitch: { port: 8022, password: 'theirs' },
    });
    expect(text(`${freeswitch}/conf/vars.xml`)).toContain('data="vars_billing.xml"');
    expect((await install(...ports)).stdout).toContain('Everything was in place.');
  });

  it('describes the service for WinSW: program, settings, log, restart, and time for live calls', async () => {
    await install(...ports, '--drain-deadline-seconds', '60');
    const service = new DOMParser().parseFromString(text(`${programData}/service/billing-codes.xml`), 'text/xml');
    const said = (name: string): string => service.getElementsByTagName(name)[0]?.textContent ?? '';
    expect(said('id')).toBe('billing-codes');
    expect(said('executable')).not.toBe('');
    expect(said('arguments')).toBe('scripts/run.mjs start');
    expect(existsSync(join(said('workingdirectory'), said('arguments').split(' ')[0] ?? ''))).toBe(true);
    expect(said('stoptimeout')).toBe('75 sec');
    expect(service.getElementsByTagName('env')[0]?.getAttribute('value')).toBe(
      'C:/ProgramData/billing-codes/billing-codes.json',
    );
  });

  it('says nothing that the WinSW of node-windows (1.17) does not know: it starts no service that it cannot read', async () => {
    await install(...ports);
    const { documentElement } = new DOMParser().parseFromString(
      text(`${programData}/service/billing-codes.xml`),
      'text/xml',
    );
    const names = [...(documentElement?.getElementsByTagName('*') ?? [])].map(({ tagName }) => tagName);
    const known = 'id name description executable arguments workingdirectory env logpath log sizeThreshold keepFiles';
    expect(names.filter((name) => !`${known} onfailure stoptimeout startmode`.split(' ').includes(name))).toEqual([]);
    const log = documentElement?.getElementsByTagName('log')[0];
    expect(['append', 'reset', 'rotate', 'roll', 'roll-by-time', 'roll-by-size']).toContain(log?.getAttribute('mode'));
  });

  it('knows its files whichever way the drive is typed', async () => {
    const at = (drive: string): string[] => [
      '--freeswitch',
      `${drive}:\\Program Files\\FreeSWITCH\\FreeSwitchConsole.exe`,
    ];
    await install(...ports, ...at('C'));
    const installed = text(`${programData}/installed.json`);
    expect((await install(...ports, ...at('c'))).stdout).toContain('Everything was in place.');
    expect(text(`${programData}/installed.json`)).toBe(installed);
  });

  it('shows an edited file and leaves it, puts back what was there, and keeps settings', async () => {
    stockConfiguration();
    const before = new Map(files().map((file) => [file, text(file)]));
    await install(...ports);
    const dialplan = `${freeswitch}/conf/dialplan/billing.xml`;
    const ours = text(dialplan);
    put(dialplan, `${ours}<!-- ours -->\n`);
    expect((await install(...ports)).stdout).toContain('Everything was in place.');
    put(dialplan, ours);
    const gone = await install('--uninstall');
    expect(gone.stdout).toContain('stay in C:/ProgramData/billing-codes/data');
    for (const [file, was] of before) expect([file, text(file)]).toEqual([file, was]);
    expect(files().filter((file) => !before.has(file) && !file.includes('/replaced/'))).toEqual([
      `${programData}/billing-codes.json`,
      `${programData}/vars_billing.xml`,
    ]);
  });

  it('takes back one that was interrupted', async () => {
    stockConfiguration();
    await install(...ports);
    put(
      `${programData}/unfinished.json`,
      JSON.stringify({
        files: [{ path: 'C:/Program Files/FreeSWITCH/conf/dialplan/billing.xml', copy: null }],
        folders: [],
      }),
    );
    expect((await install(...ports)).stdout).toContain('An earlier installation was interrupted');
    expect(existsSync(join(root, freeswitch, 'conf/dialplan/billing.xml'))).toBe(true);
  });

  it('finds no FreeSWITCH, or one elsewhere by its Windows path', async () => {
    rmSync(join(root, freeswitch), { recursive: true });
    expect((await install(...ports)).stderr).toContain(
      'there is no FreeSWITCH (C:/Program Files/FreeSWITCH/FreeSwitchConsole.exe',
    );
    put('/D/voice/FreeSwitchConsole.exe', '#!/bin/sh\necho "FreeSWITCH version: 1.10.11"\n', 0o755);
    const done = await install(...ports, '--freeswitch', 'D:\\voice\\FreeSwitchConsole.exe');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(root, 'D/voice/conf/vars_billing.xml'))).toBe(true);
  });

  it.each([
    ['--platform', 'win32'],
    ['--root', '/tmp/x', '--platform', 'beos'],
  ])('refuses %j %j', async (...words) => {
    expect(await run(['install', ...words])).toMatchObject({ code: 2 });
  });
});
