import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree, freeswitchConf } from '../../freeswitch-conf/copy-tree.ts';
import { askFreeswitch } from './event-socket.ts';

export type LegCdr = {
  variables: Record<string, string>;
};

export type Freeswitch = {
  sipPort: number;
  api(command: string): Promise<string>;
  /** Takes these controllers for calls from now on. */
  useControllers(controllers: string): Promise<void>;
  /** Channels that are up. */
  channels(): Promise<number>;
  /** Waits until no channel is up any more, and answers how many are left after ten seconds. */
  channelsLeft(): Promise<number>;
  /** All legs that mod_json_cdr has written down whole. */
  cdrs(): LegCdr[];
  log(): string;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

export type FreeswitchPorts = { sip: number; eventSocket: number; carrier: number; rtp: number };

const password = 'test-only';

export type FreeswitchChanges = {
  /** Of vars_billing.xml, without `billing_`. */
  values?: Readonly<Record<string, string>>;
  /** Logs every level, which a site in service does not. */
  debugLog?: boolean;
  /** Changes the configuration, in this folder, before FreeSWITCH reads it. */
  edit?: (conf: string) => void;
};

/** Starts FreeSWITCH with our freeswitch-conf in a folder of its own, on loopback; resolves when it takes calls. */
export async function startFreeswitch(
  binary: string,
  folder: string,
  ports: FreeswitchPorts,
  controllers: string,
  { values: changed = {}, debugLog = false, edit = () => undefined }: FreeswitchChanges = {},
): Promise<Freeswitch> {
  const conf = join(folder, 'conf');
  for (const name of ['log', 'run', 'db', 'storage', 'cdr']) mkdirSync(join(folder, name), { recursive: true });
  const values = {
    '3cx_host': '127.0.0.1',
    // Nobody listens there: a gateway that is down, and known to be.
    '3cx_port': '9',
    '3cx_ping_seconds': '5',
    carrier_host: '127.0.0.1',
    carrier_port: String(ports.carrier),
    carrier_ping_seconds: '0',
    carrier_user: 'test',
    sip_ip: '127.0.0.1',
    public_ip: '127.0.0.1',
    sip_port: String(ports.sip),
    rtp_start_port: String(ports.rtp),
    rtp_end_port: String(ports.rtp + 8000),
    event_socket_port: String(ports.eventSocket),
    event_socket_password: password,
    cdr_dir: join(folder, 'cdr'),
    sounds: join(freeswitchConf, 'sounds'),
    heartbeat_seconds: '1',
    claim_seconds: '8',
    ...changed,
  };
  copyTree(conf, { ...values, controllers });
  if (debugLog) logAll(conf);
  edit(conf);
  const child = spawn(
    binary,
    [
      ...['-nc', '-nf', '-nonat', '-conf', conf, '-log', join(folder, 'log'), '-run', join(folder, 'run')],
      ...['-db', join(folder, 'db'), '-storage', join(folder, 'storage'), '-temp', folder, '-cache', folder],
    ],
    { stdio: 'ignore', detached: false },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const log = () =>
    readdirSync(join(folder, 'log'))
      .filter((name) => name.startsWith('freeswitch.log'))
      .map((name) => readFileSync(join(folder, 'log', name), 'utf8'))
      .join('');
  try {
    await untilReady(child, ports.eventSocket, log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const api = (command: string) => askFreeswitch(ports.eventSocket, password, command);
  const channels = async () => Number(/^(\d+) total/m.exec(await api('show channels count'))?.[1] ?? Number.NaN);
  return {
    sipPort: ports.sip,
    api,
    log,
    async useControllers(list) {
      copyTree(conf, { ...values, controllers: list });
      await api('reloadxml');
    },
    channels,
    async channelsLeft() {
      for (let tries = 0; ; tries += 1) {
        const left = await channels();
        if (left === 0 || tries === 50) return left;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    cdrs: () =>
      // Those that a controller has taken are in a folder below.
      cdrFiles(join(folder, 'cdr')).flatMap((file) => {
        const text = readFileSync(file, 'utf8');
        // The line feed is written last: without it the file is not complete.
        return text.endsWith('\n') ? [JSON.parse(text) as LegCdr] : [];
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function cdrFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function logAll(conf: string): void {
  for (const [name, from, to] of [
    ['logfile', 'name="all" value="', 'name="all" value="debug,info,'],
    ['switch', '"loglevel" value="notice"', '"loglevel" value="debug"'],
  ] as const) {
    const file = join(conf, 'autoload_configs', `${name}.conf.xml`);
    const text = readFileSync(file, 'utf8');
    if (!text.includes(from)) throw new Error(`${name}.conf.xml has no ${from}`);
    writeFileSync(file, text.replace(from, to));
  }
}

async function untilReady(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`FreeSWITCH ended with code ${child.exitCode}: ${log().slice(-2000)}`);
    try {
      const status = await askFreeswitch(port, password, 'sofia status profile billing');
      if (!status.includes('Invalid Profile')) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) throw new Error(`FreeSWITCH was not ready within 60 s: ${log().slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
