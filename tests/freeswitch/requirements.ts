import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { freeswitchConf } from '../freeswitch-conf/copy-tree.ts';

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
  try {
    accessSync(freeswitch, constants.X_OK);
  } catch {
    throw new MissingRequirement(`FREESWITCH_BIN is ${freeswitch}, which is not there or not executable`);
  }
  const version = versionOf(freeswitch);
  const missing = missingModules(freeswitch);
  if (missing.length > 0) {
    throw new MissingRequirement(`the FreeSWITCH of FREESWITCH_BIN lacks ${missing.join(', ')}: install those modules`);
  }
  const sipp = env['SIPP_BIN'] ?? 'sipp';
  const answer = spawnSync(sipp, ['-v'], { encoding: 'utf8' });
  if (answer.error !== undefined) {
    throw new MissingRequirement(`${sipp} cannot be run: install SIPp (Debian: sip-tester), or set SIPP_BIN`);
  }
  return { freeswitch, version, sipp };
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

/** Modules that our modules.conf.xml loads and that installation does not have. */
function missingModules(freeswitch: string): string[] {
  const conf = readFileSync(join(freeswitchConf, 'autoload_configs', 'modules.conf.xml'), 'utf8');
  const wanted = [...conf.matchAll(/load module="(\w+)"/g)].map(([, name]) => name ?? '');
  const folder = moduleFolder(freeswitch);
  const present = new Set(folder === null ? [] : readdirSync(folder));
  return wanted.filter((name) => !present.has(`${name}.so`));
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

/** All ports of a run, counted from BILLING_TEST_PORT_BASE. */
export function sitePorts(env: NodeJS.ProcessEnv): SitePorts {
  const base = Number(env['BILLING_TEST_PORT_BASE'] ?? 25_000);
  return {
    ...{ sip: base, eventSocket: base + 1, carrier: base + 2, controllers: [base + 3, base + 4] },
    ...{ carrierMedia: base + 9000, rtp: base + 10_000, callerMedia: base + 20_000 },
  };
}

export type SitePorts = {
  sip: number;
  eventSocket: number;
  carrier: number;
  controllers: [number, number];
  /** The first of a range. */
  carrierMedia: number;
  rtp: number;
  callerMedia: number;
};

/** Throws a `MissingRequirement` for the first thing that is missing, or the first port that somebody else has. */
export async function checkSite(env: NodeJS.ProcessEnv): Promise<Requirements> {
  const found = findRequirements(env);
  const { sip, eventSocket, carrier, controllers } = sitePorts(env);
  const wanted: [string, 'tcp' | 'udp', number][] = [
    ['FreeSWITCH, SIP', 'udp', sip],
    ['FreeSWITCH, event socket', 'tcp', eventSocket],
    ['the carrier, SIP', 'udp', carrier],
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
