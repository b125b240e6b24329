import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import { groupIn } from './install.ts';
import type { Machine } from './machine.ts';
import { InstallProblem } from './problem.ts';
import { treeBelow } from './tree.ts';

const user = 'billing-codes';

/** Linux, with systemd as a rule. */
export const linuxMachine: Machine = {
  prepare(program) {
    if (/^\/(?:home|root)\//.test(program)) {
      throw new InstallProblem(
        `the program is in ${program}, where the service may not look: move it to /opt/billing-codes`,
      );
    }
    makeUser();
  },
  startService({ program, place, places, cdrFolder }) {
    makeCdrFolder(cdrFolder, statSync(place.conf));
    if (!runsSystemd()) {
      makeDataFolder(places.data);
      const start = `BILLING_CONFIG=${places.settings}/billing-codes.json ${typed(program)} start`;
      return {
        kind: 'by-hand',
        how: `systemd does not run here: have the user ${user} run "${start}", and keep it running`,
      };
    }
    for (const args of [['daemon-reload'], ['enable', 'billing-codes'], ['restart', 'billing-codes']]) {
      const done = command('systemctl', ...args);
      if (!done.ok) {
        const why = `systemctl ${args.join(' ')} failed: ${done.output}; see "journalctl -u billing-codes"`;
        return { kind: 'failed', why };
      }
    }
    return { kind: 'started' };
  },
  reloadFreeSwitch({ binary }, { port, password }) {
    const beside = join(dirname(binary), 'fs_cli');
    const client = existsSync(beside) ? beside : 'fs_cli';
    return command(client, '-P', String(port), '-p', password, '-x', 'reloadxml').ok;
  },
  typed,
  howToRestart: () => (runsSystemd() ? 'Restart FreeSWITCH: systemctl restart freeswitch' : 'Restart FreeSWITCH.'),
  stopService: () => void command('systemctl', 'disable', '--now', 'billing-codes'),
  forgetService: () => void command('systemctl', 'daemon-reload'),
};

/** A package has put a command where the shell looks; of a clone there is the file alone. */
function typed(program: string): string {
  const isThere = ['/usr/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, 'billing-codes')));
  return isThere ? 'billing-codes' : join(program, 'scripts', 'run.mjs');
}

/** As sd_booted(3) finds it out. */
const runsSystemd = (): boolean => existsSync('/run/systemd/system');

/** The user that runs the controller, who may read FreeSWITCH's CDRs. Throws an `InstallProblem`. */
function makeUser(): void {
  if (groupIn(treeBelow(null), user) !== null) return;
  const made = command(
    'useradd',
    '--system',
    '--user-group',
    '--home-dir',
    '/var/lib/billing-codes',
    '--shell',
    '/usr/sbin/nologin',
    user,
  );
  if (!made.ok) throw new InstallProblem(`the user billing-codes cannot be made: ${made.output}`);
}

/** What StateDirectory= of the unit does where there is systemd. */
function makeDataFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  const made = command('chown', `${user}:${user}`, folder);
  if (!made.ok) throw new InstallProblem(`${folder} cannot be given to ${user}: ${made.output}`);
  chmodSync(folder, 0o700);
}

/** FreeSWITCH writes there, and the controller takes away what it has read. */
function makeCdrFolder(folder: string, freeswitch: { uid: number }): void {
  const group = groupIn(treeBelow(null), user);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  if (group !== null) chownSync(folder, freeswitch.uid, group);
  chmodSync(folder, 0o2770);
}

/** Ports of ours that somebody else has, a line each. */
export async function takenPorts(eslPort: number, sipPort: number): Promise<string[]> {
  const [esl, sip] = await Promise.all([isFreeTcp(eslPort), isFreeUdp(sipPort)]);
  return [
    ...(esl
      ? []
      : [`TCP port ${eslPort} is in use: stop what uses it, or give the controller another one with --esl-port`]),
    ...(sip
      ? []
      : [`UDP port ${sipPort} is in use: stop what uses it, or give our SIP profile another one with --sip-port`]),
  ];
}

function isFreeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function isFreeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
}
