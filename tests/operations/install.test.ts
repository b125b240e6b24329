import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { main, runtime } from '../../scripts/program.ts';
import { run, start, type Ran } from '../cli/run.ts';
import { eventually } from '../support/controller.ts';
import { freeswitchConf, settingsOf } from '../freeswitch-conf/copy-tree.ts';

let base: string;
let ports: string[];
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-install-'));
  const [esl = 0, sip = 0] = await freePorts(2);
  ports = ['--esl-port', String(esl), '--sip-port', String(sip)];
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(base, 'root-'));
  putFreeSwitch();
  mkdirSync(join(root, 'etc', 'freeswitch'), { recursive: true });
});

function putFreeSwitch(): void {
  put('/usr/bin/freeswitch', '#!/bin/sh\necho "FreeSWITCH version: 1.10.12-release~64bit (-release 64bit)"\n', 0o755);
}

function put(path: string, text: string, mode = 0o644): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const edit = (path: string, from: string, to: string): void => {
  expect(text(path)).toContain(from);
  writeFileSync(
    join(root, path),
    text(path).replace(from, () => to),
  );
};
const conf = '/etc/freeswitch';
const values = (): Map<string, string> => settingsOf(text(`${conf}/vars_billing.xml`));
const settings = (): Record<string, Record<string, unknown>> =>
  JSON.parse(text('/etc/billing-codes/billing-codes.json')) as Record<string, Record<string, unknown>>;

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Every file and folder below the root: its mode, and what is in it. */
function tree(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const { mode } = lstatSync(file);
      const content = entry.isFile() ? hashOf(file) : 'folder';
      return [file.slice(root.length), `${(mode & 0o777).toString(8)} ${content}`];
    }),
  );
}
const withoutCopies = (all: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith('/var')));

const install = (...args: string[]): Promise<Ran> => run(['install', '--root', root, ...ports, ...args]);
const uninstall = (...args: string[]): Promise<Ran> => run(['install', '--root', root, '--uninstall', ...args]);
const shippedFiles = (): string[] =>
  readdirSync(freeswitchConf, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name).slice(freeswitchConf.length));

/** A configuration as FreeSWITCH's packages bring it, as far as it matters here. */
function stockConfiguration(): void {
  put(`${conf}/freeswitch.xml`, '<?xml version="1.0"?>\n<document type="freeswitch/xml"/>\n');
  put(`${conf}/vars.xml`, '<include>\n  <X-PRE-PROCESS cmd="set" data="default_password=1234"/>\n</include>\n', 0o640);
  put(
    `${conf}/autoload_configs/acl.conf.xml`,
    '<configuration name="acl.conf">\n  <network-lists>\n    <list name="lan" default="allow"/>\n  </network-lists>\n</configuration>\n',
  );
  put(
    `${conf}/autoload_configs/modules.conf.xml`,
    '<configuration name="modules.conf">\n  <modules>\n    <load module="mod_sofia"/>\n    <!-- <load module="mod_json_cdr"/> -->\n  </modules>\n</configuration>\n',
  );
  put(
    `${conf}/autoload_configs/event_socket.conf.xml`,
    '<configuration name="event_socket.conf">\n  <settings>\n    <param name="listen-port" value="8022"/>\n    <param name="password" value="their-own"/>\n  </settings>\n</configuration>\n',
  );
  put(`${conf}/autoload_configs/json_cdr.conf.xml`, '<configuration name="json_cdr.conf"/>\n');
}

describe('billing-codes install, on a FreeSWITCH without a configuration', () => {
  it('puts all of ours in place, with the values that are given and passwords of its own', async () => {
    const installed = await install(
      '--3cx-host',
      '10.0.0.2',
      '--3cx-cidr=10.0.0.2/32',
      '--carrier-host',
      'sip.example.com',
      '--dial-plan-country',
      'GB',
    );
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    for (const file of shippedFiles()) {
      const to = file.startsWith('/sounds/') ? `/usr/share/freeswitch${file}` : `${conf}${file}`;
      expect([file, existsSync(join(root, to))]).toEqual([file, true]);
      if (file !== '/vars_billing.xml')
        expect([file, hashOf(join(root, to))]).toEqual([file, hashOf(join(freeswitchConf, file))]);
    }
    const [, esl = ''] = ports;
    expect(Object.fromEntries(values())).toMatchObject({
      billing_3cx_host: '10.0.0.2',
      billing_3cx_cidr: '10.0.0.2/32',
      billing_carrier_host: 'sip.example.com',
      billing_controllers: `127.0.0.1:${esl}`,
      billing_emergency_numbers: expect.stringContaining('999') as unknown,
      billing_outside_line: '',
    });
    const password = values().get('billing_event_socket_password');
    expect(password).toMatch(/^[\w-]{24}$/);
    expect(values().get('billing_cdr_password')).toMatch(/^[\w-]{24}$/);
    expect(settings()).toMatchObject({
      data: { dir: '/var/lib/billing-codes' },
      esl: { port: Number(esl) },
      dialPlan: { country: 'GB' },
      freeswitch: { host: '127.0.0.1', port: 8021, password },
      cdr: { dir: '/var/log/freeswitch/json_cdr' },
    });
    const unit = text('/etc/systemd/system/billing-codes.service');
    expect(unit).toContain(`ExecStart=${runtime} scripts/run.mjs start\n`);
    expect(unit).toContain('ReadWritePaths=-/var/log/freeswitch/json_cdr\n');
    await install('--backup-dir', '/mnt/backup');
    expect(text('/etc/systemd/system/billing-codes.service')).toContain(
      'ReadWritePaths=-/var/log/freeswitch/json_cdr -/mnt/backup\n',
    );
    for (const secret of [`${conf}/vars_billing.xml`, '/etc/billing-codes/billing-codes.json']) {
      expect(lstatSync(join(root, secret)).mode & 0o007).toBe(0);
    }
  });

  it('changes nothing when it runs again, nor in a dry run', async () => {
    const untouched = tree();
    const dry = await install('--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain(`would write ${conf}/dialplan/billing.xml`);
    expect(tree()).toEqual(untouched);
    await install('--3cx-host', '10.0.0.2');
    const before = tree();
    const again = await install();
    expect(again).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('Everything was in place.') as unknown,
    });
    expect(tree()).toEqual(before);
  });

  it('leaves nothing of itself after --uninstall --purge, and settings for a next time without', async () => {
    const untouched = tree();
    await install('--3cx-host', '10.0.0.2', '--sqlserver-server', 'db', '--sqlserver-password', 'pw');
    const password = values().get('billing_event_socket_password');
    // FreeSWITCH may have been removed before us.
    rmSync(join(root, 'usr/bin/freeswitch'));
    expect(await uninstall()).toMatchObject({ code: 0, stderr: '' });
    const left = Object.keys(tree()).filter((path) => !(path in untouched) && !path.startsWith('/var'));
    expect(left.sort()).toEqual([
      '/etc/billing-codes',
      '/etc/billing-codes/billing-codes.json',
      '/etc/billing-codes/vars_billing.xml',
    ]);
    putFreeSwitch();
    await install();
    expect(values().get('billing_3cx_host')).toBe('10.0.0.2');
    expect(values().get('billing_event_socket_password')).toBe(password);
    expect(settings()['sqlserver']).toEqual({ server: 'db', password: 'pw' });
    expect(await uninstall('--purge')).toMatchObject({ code: 0 });
    expect(withoutCopies(tree())).toEqual(untouched);
    expect(await uninstall()).toMatchObject({
      code: 1,
      stderr: 'billing-codes install: nothing is installed here: there is no /etc/billing-codes/installed.json\n',
    });
  });
});

describe('beside another configuration', () => {
  beforeEach(stockConfiguration);

  it('adds our files and the lines that load them, and takes the event socket’s own password', async () => {
    rmSync(join(root, `${conf}/autoload_configs/json_cdr.conf.xml`));
    expect(await install()).toMatchObject({ code: 0, stderr: '' });
    expect(text(`${conf}/vars.xml`)).toBe(
      '<include>\n  <X-PRE-PROCESS cmd="set" data="default_password=1234"/>\n  <X-PRE-PROCESS cmd="include" data="vars_billing.xml"/>\n</include>\n',
    );
    expect(text(`${conf}/autoload_configs/acl.conf.xml`)).toContain(
      '    <X-PRE-PROCESS cmd="include" data="acl/billing.xml"/>\n  </network-lists>',
    );
    const modules = text(`${conf}/autoload_configs/modules.conf.xml`);
    expect(modules.match(/<load module="mod_json_cdr"\/>/g)).toHaveLength(2);
    expect(modules.match(/mod_sofia/g)).toHaveLength(1);
    expect(existsSync(join(root, conf, 'autoload_configs/switch.conf.xml'))).toBe(false);
    expect(settings()['freeswitch']).toEqual({ host: '127.0.0.1', port: 8022, password: 'their-own' });
    expect(lstatSync(join(root, conf, 'vars.xml')).mode & 0o777).toBe(0o640);
  });

  it('shows the difference of a file that is there, keeps it, and replaces it with a copy when told to; uninstall gives all back', async () => {
    const untouched = tree();
    const kept = await install();
    expect(kept.stdout).toContain(
      `${conf}/autoload_configs/json_cdr.conf.xml is not as we left it: it stays as it is.\n    -<configuration name="json_cdr.conf"/>`,
    );
    expect(text(`${conf}/autoload_configs/json_cdr.conf.xml`)).toBe('<configuration name="json_cdr.conf"/>\n');
    const replaced = await install('--replace-edited');
    expect(replaced.stdout).toContain('json_cdr.conf.xml is not as we left it: it is replaced.');
    expect(text(`${conf}/autoload_configs/json_cdr.conf.xml`)).toContain('log-b-leg');
    expect(await uninstall('--purge')).toMatchObject({ code: 0, stderr: '' });
    expect(withoutCopies(tree())).toEqual(untouched);
  });

  it('says in one line that a file is missing which it must have', async () => {
    rmSync(join(root, conf, 'autoload_configs/acl.conf.xml'));
    const untouched = tree();
    expect(await install()).toMatchObject({
      code: 1,
      stderr: `billing-codes install: ${conf}/autoload_configs/acl.conf.xml is not there: is that folder the configuration of FreeSWITCH (--freeswitch-conf)?\n`,
    });
    expect(tree()).toEqual(untouched);
  });
});

describe('over an earlier installation', () => {
  /** As an earlier version left it: other contents, and known to be its own. */
  function asOfEarlierVersion(path: string): void {
    const earlier = '<!-- of an earlier version -->\n';
    writeFileSync(join(root, path), earlier);
    const manifest = JSON.parse(text('/etc/billing-codes/installed.json')) as { files: Record<string, string> };
    manifest.files[path] = createHash('sha256').update(earlier).digest('hex');
    writeFileSync(join(root, '/etc/billing-codes/installed.json'), JSON.stringify(manifest));
  }
  const profile = `${conf}/sip_profiles/billing.xml`;
  const dialplan = `${conf}/dialplan/billing.xml`;

  it('brings what nobody edited up to date, and keeps what somebody did', async () => {
    await install();
    asOfEarlierVersion(profile);
    asOfEarlierVersion(dialplan);
    edit(dialplan, 'of an earlier version', 'of the site');
    edit(`${conf}/sip_profiles/billing/carrier.xml`, '"expire-seconds" value="600"', '"expire-seconds" value="60"');
    const upgraded = await install();
    expect(upgraded).toMatchObject({ code: 0, stderr: '' });
    expect(text(profile)).toBe(readFileSync(join(freeswitchConf, 'sip_profiles/billing.xml'), 'utf8'));
    expect(text(dialplan)).toBe('<!-- of the site -->\n');
    expect(upgraded.stdout).toContain(
      `${dialplan} is not as we left it: it stays as it is.\n    -<!-- of the site -->`,
    );
    // We have nothing new there: it is no news.
    expect(upgraded.stdout).not.toContain('carrier.xml');
    expect(text(`${conf}/sip_profiles/billing/carrier.xml`)).toContain('value="60"');

    await install('--replace-edited');
    expect(text(dialplan)).toBe(readFileSync(join(freeswitchConf, 'dialplan/billing.xml'), 'utf8'));
    const copies = Object.keys(tree()).filter(
      (path) => path.startsWith('/var/backups') && path.endsWith('dialplan/billing.xml'),
    );
    expect(copies.map(text)).toContain('<!-- of the site -->\n');
  });

  it('keeps every value and setting, those it does not know too, and takes the flags', async () => {
    await install(
      '--3cx-host',
      '10.0.0.2',
      '--carrier-password',
      'a&b',
      '--routes-external',
      'sofia/gateway/carrier/{+e164}',
      '--sqlserver-server',
      'db.example.com',
      '--sqlserver-password',
      'p&w"d',
    );
    edit(
      `${conf}/vars_billing.xml`,
      '</include>',
      '  <X-PRE-PROCESS cmd="set" data="billing_site_own=7"/>\n</include>',
    );
    const [before, had] = [values(), settings()];
    expect(before.get('billing_carrier_password')).toBe('a&amp;b');
    const upgraded = await install('--carrier-host', 'sip2.example.com', '--sqlserver-port', '1444');
    expect(upgraded.code).toBe(0);
    expect(values()).toEqual(new Map([...before, ['billing_carrier_host', 'sip2.example.com']]));
    expect(settings()).toEqual({ ...had, sqlserver: { server: 'db.example.com', password: 'p&w"d', port: 1444 } });
  });

  it('takes up the settings of an installation by hand, its passwords too', async () => {
    put(
      '/etc/billing-codes.json',
      JSON.stringify({
        sqlserver: { connectionString: 'Server=db;Password=x' },
        freeswitch: { password: 'theirs' },
        cdr: { password: 'posts' },
      }),
    );
    const installed = await install();
    expect(installed.stdout).toContain('Settings of the earlier installation (/etc/billing-codes.json) are kept.');
    expect(settings()).toMatchObject({
      sqlserver: { connectionString: 'Server=db;Password=x' },
      freeswitch: { password: 'theirs' },
      cdr: { password: 'posts' },
    });
    expect(values().get('billing_event_socket_password')).toBe('theirs');
    expect(values().get('billing_cdr_password')).toBe('posts');
  });

  it('is whole, or not done: a file of which the disk takes a part alone is not there', async () => {
    const recording = '/usr/share/freeswitch/sounds/en/billing/16000/service-down.wav';
    await install('--3cx-host', '10.0.0.2');
    const { length } = readFileSync(join(root, recording));
    asOfEarlierVersion(recording);
    const before = withoutCopies(tree());
    // The write before the one that fails takes what there is room for.
    const limited = `trap '' XFSZ; ulimit -f ${Math.floor(length / 1024) - 1}; exec "$0" "$@"`;
    const args = [main, 'install', '--root', root, ...ports, '--carrier-host', 'sip.example.com'];
    const ran = spawnSync('bash', ['-c', limited, runtime, ...args], { encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /^[^\n]*nothing was installed: [^\n]*service-down\.wav: [^\n]*; everything is as it was\n$/,
    );
    expect(withoutCopies(tree())).toEqual(before);
  });

  it('puts back what a run that was killed had changed, and goes on', async () => {
    await install('--3cx-host', '10.0.0.2');
    asOfEarlierVersion(profile);
    const before = tree();
    // Writing to a pipe that nobody reads from lasts until it is killed: here after the files of FreeSWITCH, before the last two.
    const pipe = join(root, conf, 'vars_billing.xml.part');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const killed = start(['install', '--root', root, ...ports, '--carrier-host', 'sip.example.com']);
    const shipped = readFileSync(join(freeswitchConf, 'sip_profiles/billing.xml'), 'utf8');
    await eventually(() => Promise.resolve(text(profile) === shipped ? true : null), 20_000);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(withoutCopies(tree())).not.toEqual(withoutCopies(before));
    put('/etc/billing-codes/unfinished.json.part', '{"files":[');
    const putBack = await uninstall('--dry-run');
    expect(putBack.stdout).toContain(
      'An earlier installation was interrupted; what it had changed was put back first.',
    );
    expect(withoutCopies(tree())).toEqual(withoutCopies(before));
    expect(await install('--carrier-host', 'sip.example.com')).toMatchObject({ code: 0, stderr: '' });
    expect(values().get('billing_carrier_host')).toBe('sip.example.com');
    expect(values().get('billing_3cx_host')).toBe('10.0.0.2');
  });
});

describe('bad input', () => {
  const refused = async (args: string[], line: RegExp, code = 1): Promise<void> => {
    const before = tree();
    const ran = await install(...args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(line);
    expect(tree()).toEqual(before);
  };

  it('is no FreeSWITCH, one that is too old, and a program that is none', async () => {
    rmSync(join(root, 'usr/bin/freeswitch'));
    await refused(
      [],
      /^billing-codes install: there is no FreeSWITCH \(.*\): install FreeSWITCH 1\.10 or newer first, or name its program with --freeswitch\n$/,
    );
    put('/usr/bin/freeswitch', '#!/bin/sh\necho "FreeSWITCH version: 1.6.20"\n', 0o755);
    await refused(
      [],
      /^billing-codes install: \/usr\/bin\/freeswitch is FreeSWITCH 1\.6\.20: billing-codes needs 1\.10 or newer\n$/,
    );
    put('/usr/bin/freeswitch', '#!/bin/sh\necho hello\n', 0o755);
    await refused([], /does not say its version: is it FreeSWITCH\?\n$/);
    chmodSync(join(root, 'usr/bin/freeswitch'), 0o644);
    await refused([], /^billing-codes install: \/usr\/bin\/freeswitch cannot be run: .*EACCES\n$/);
  });

  it('is a port that is in use', async () => {
    const tcp = createServer().listen(0, '127.0.0.1');
    const udp = createSocket('udp4').bind(0);
    await Promise.all([
      new Promise((resolve) => tcp.once('listening', resolve)),
      new Promise((resolve) => udp.once('listening', resolve)),
    ]);
    try {
      const { port } = tcp.address() as { port: number };
      await refused(
        ['--esl-port', String(port)],
        new RegExp(`^billing-codes install: TCP port ${port} is in use: .*--esl-port\\n$`),
      );
      const sip = udp.address().port;
      await refused(
        ['--sip-port', String(sip)],
        new RegExp(`^billing-codes install: UDP port ${sip} is in use: .*--sip-port\\n$`),
      );
    } finally {
      tcp.close();
      udp.close();
    }
  });

  it('is a flag that is not known, without a value, or a value that is wrong', async () => {
    await refused(['--3cx-hots', 'x'], /^billing-codes install: does not know --3cx-hots\n$/, 2);
    await refused(['--3cx-host'], /^billing-codes install: --3cx-host needs a value\n$/, 2);
    await refused(
      ['--3cx-cidr', '10.0.0.2/99'],
      /^billing-codes install: --3cx-cidr must be an address and how many of its bits count, such as 10\.0\.0\.2\/32\n$/,
    );
    await refused(['--3cx-host', 'a"b'], /^billing-codes install: --3cx-host must be one line without < and "\n$/);
    await refused(['--esl-port', '0x'], /^billing-codes install: --esl-port must be a whole number from 0 to 65535\n$/);
  });

  it('is settings of an earlier installation that cannot be read: they are not written over', async () => {
    put('/etc/billing-codes/billing-codes.json', '{ "sqlserver": { "password": "secret" ');
    await refused(
      [],
      /^billing-codes install: the settings of the earlier installation, \/etc\/billing-codes\/billing-codes\.json, are not valid JSON: .*\n$/,
    );
    put('/etc/billing-codes/billing-codes.json', '{ "sqlserver": { "pasword": "secret" } }');
    await refused(
      [],
      /^billing-codes install: the settings are wrong: "sqlserver\.pasword" in \/etc\/billing-codes\/billing-codes\.json is not a setting.*\n$/,
    );
  });

  it('is a place where it cannot write: what was written before is taken back', async () => {
    // A file where a folder has to be, found half-way.
    put('/usr/share/freeswitch/sounds/en', 'a file');
    put(`${conf}/vars_billing.xml`, '<include>\n</include>\n');
    await refused([], /^.*nothing was installed: .*; everything is as it was\n$/s);
  });
});

describe('a tree that was laid out by install', () => {
  it('is one that FreeSWITCH’s preprocessor can read: the same files as freeswitch-conf, in the same places', async () => {
    await install();
    const copy = join(base, 'copy');
    cpSync(join(root, conf), copy, { recursive: true });
    const names = readdirSync(copy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(names).toHaveLength(shippedFiles().filter((file) => !file.startsWith('/sounds/')).length);
  });
});
