import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { freeswitchConf } from '../../freeswitch-conf/copy-tree.ts';

/** What a run needs and does not have; `message` is one line that says what to do. */
export class MissingRequirement extends Error {
  override readonly name = 'MissingRequirement';
}

export type Requirements = { freeswitch: string; version: string; sipp: string };

const oldest = [1, 10];

function findRequirements(env: NodeJS.ProcessEnv): Requirements {
  const freeswitch = env['FREESWITCH_BIN'];
  if (freeswitch === undefined || freeswitch === '') {
    throw new MissingRequirement(
      'set FREESWITCH_BIN to the freeswitch program (1.10 or newer) that the tests are to start',
    );
  }
  if (!existsSync(freeswitch)) {
    throw new MissingRequirement(`FREESWITCH_BIN is ${freeswitch}, which is not there: set it to a freeswitch program`);
  }
  if (!isExecutable(freeswitch)) {
    throw new MissingRequirement(
      `FREESWITCH_BIN is ${freeswitch}, which is not executable: set it to a freeswitch program`,
    );
  }
  const version = versionOf(freeswitch);
  const missing = missingModules(freeswitch);
  if (missing.length > 0) {
    throw new MissingRequirement(
      `the FreeSWITCH of FREESWITCH_BIN lacks ${missing.join(', ')}: install ${missing.length === 1 ? 'that module' : 'those modules'}`,
    );
  }
  const sipp = env['SIPP_BIN'] === undefined || env['SIPP_BIN'] === '' ? 'sipp' : env['SIPP_BIN'];
  checkSipp(sipp);
  return { freeswitch, version, sipp };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function checkSipp(sipp: string): void {
  const answer = spawnSync(sipp, ['-v'], { encoding: 'utf8' });
  if (answer.error !== undefined) {
    throw new MissingRequirement(`${sipp} cannot be run: install SIPp (Debian: sip-tester), or set SIPP_BIN`);
  }
  const [, version, major, minor, parts] = /SIPp v((\d+)\.(\d+)[^\s-]*)(\S*)/.exec(answer.stdout) ?? [];
  if (version === undefined)
    throw new MissingRequirement(`${sipp} is no SIPp: install it (Debian: sip-tester), or set SIPP_BIN`);
  // `play_dtmf` came with 3.6, and needs the part that plays PCAP.
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 6) || parts?.includes('PCAP') !== true) {
    throw new MissingRequirement(
      `${sipp} is SIPp ${version}${parts ?? ''}: the tests need 3.6 or newer, built with PCAP`,
    );
  }
}

function versionOf(freeswitch: string): string {
  const answer = spawnSync(freeswitch, ['-version'], { encoding: 'utf8' });
  const found = /version:\s*((\d+)\.(\d+)[^\s~+]*)/i.exec(answer.error === undefined ? answer.stdout : '');
  const [, version, major, minor] = found ?? ['', '', '0', '0'];
  const isOld = Number(major) < (oldest[0] ?? 0) || (Number(major) === oldest[0] && Number(minor) < (oldest[1] ?? 0));
  if (version === '' || isOld) {
    throw new MissingRequirement(
      `FREESWITCH_BIN is ${version === '' ? 'no FreeSWITCH' : `FreeSWITCH ${version}`}: the tests need 1.10 or newer`,
    );
  }
  return version;
}

/** Modules that our modules.conf.xml loads. */
export function moduleNames(): string[] {
  const conf = readFileSync(join(freeswitchConf, 'autoload_configs', 'modules.conf.xml'), 'utf8');
  return [...conf.matchAll(/load module="(\w+)"/g)].map(([, name]) => name ?? '');
}

/** Those of them that this installation does not have. */
function missingModules(freeswitch: string): string[] {
  const folder = moduleFolder(freeswitch);
  const present = new Set(folder === null ? [] : readdirSync(folder));
  return moduleNames().filter((name) => !present.has(`${name}.so`));
}

/** Where it keeps its modules: beside its prefix, or where Debian's packages put them. */
export function moduleFolder(freeswitch: string): string | null {
  const prefix = dirname(dirname(realpathSync(freeswitch)));
  const candidates = [join(prefix, 'lib', 'freeswitch', 'mod'), join(prefix, 'mod'), '/usr/lib/freeswitch/mod'];
  return candidates.find((folder) => isFolder(folder)) ?? null;
}

function isFolder(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** The last range begins 20,000 above it and takes up to 10,000. */
const maximumBase = 35_000;

/** All ports of a run, counted from BILLING_TEST_PORT_BASE. */
export function sitePorts(env: NodeJS.ProcessEnv): SitePorts {
  const base = Number(env['BILLING_TEST_PORT_BASE'] ?? 25_000);
  if (!Number.isInteger(base) || base < 1024 || base > maximumBase) {
    throw new MissingRequirement(
      `BILLING_TEST_PORT_BASE is ${env['BILLING_TEST_PORT_BASE'] ?? ''}: set it to a number from 1024 to ${maximumBase}`,
    );
  }
  return {
    ...{ sip: base, eventSocket: base + 1, carrier: base + 2, controllers: [base + 3, base + 4], pbx: base + 5 },
    ...{ phoneMedia: base + 6000, carrierMedia: base + 9000, rtp: base + 10_000, callerMedia: base + 20_000 },
  };
}

export type SitePorts = {
  sip: number;
  eventSocket: number;
  carrier: number;
  controllers: [number, number];
  /** A phone system that is driven by hand (`phones/`). */
  pbx: number;
  /** The first of a range. */
  phoneMedia: number;
  carrierMedia: number;
  rtp: number;
  callerMedia: number;
};

/** Throws a `MissingRequirement` for the first thing that is missing, or the first port that somebody else has. */
export async function checkSite(env: NodeJS.ProcessEnv): Promise<Requirements> {
  const found = findRequirements(env);
  const { sip, eventSocket, carrier, controllers, pbx } = sitePorts(env);
  const wanted: [string, 'tcp' | 'udp', number][] = [
    ['FreeSWITCH, SIP', 'udp', sip],
    ['FreeSWITCH, event socket', 'tcp', eventSocket],
    ['the carrier, SIP', 'udp', carrier],
    ['the phone system, SIP', 'udp', pbx],
    ['the first controller', 'tcp', controllers[0]],
    ['the second controller', 'tcp', controllers[1]],
  ];
  for (const [what, protocol, port] of wanted) {
    if (!(await isFree(protocol, port))) {
      throw new MissingRequirement(
        `${protocol} port ${port} (${what}) is taken: stop what uses it, or set BILLING_TEST_PORT_BASE`,
      );
    }
  }
  return found;
}

function isFree(protocol: 'tcp' | 'udp', port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
    } else {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    }
  });
}
