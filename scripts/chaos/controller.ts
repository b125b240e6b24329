import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { inherited, main, runtime } from '../program.ts';

/** A controller as a process of its own, to be killed and brought back. */
export type ControllerProcess = {
  readonly eslPort: number;
  readonly httpPort: number;
  isUp(): boolean;
  /** Resolves when it is gone, by whatever cause. */
  gone(): Promise<void>;
  /** Resolves once it takes calls. */
  start(): Promise<void>;
  /** `kill -9`; resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves once it has drained and ended. */
  stop(): Promise<void>;
  /** Everything it logged, over all its lives. */
  logged(): string;
};

export type ControllerOptions = {
  name: string;
  /** Of its database. */
  folder: string;
  eslPort: number;
  httpPort: number;
  /** Settings by flag, e.g. `--cdr-dir`. */
  flags: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Arguments of Node before the program, e.g. a module to load first. */
  nodeArgs?: readonly string[];
};

export function controllerProcess(options: ControllerOptions): ControllerProcess {
  const { name, folder, eslPort, httpPort, flags, env = {}, nodeArgs = [] } = options;
  let child: ChildProcess | null = null;
  let logged = '';

  async function start(): Promise<void> {
    // One phone keys all the wrong codes of a run.
    const guessing = { '--guessing-phone-limit': '0', '--guessing-site-limit': '0' };
    const settings = {
      ...guessing,
      '--controller-name': name,
      '--esl-port': `${eslPort}`,
      '--console-port': '-1',
      '--http-port': `${httpPort}`,
      ...flags,
    };
    const started = spawn(
      runtime,
      [
        ...process.execArgv,
        ...nodeArgs,
        main,
        'start',
        ...Object.entries({ '--data-dir': folder, ...settings }).flat(),
      ],
      { env: { ...inherited(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const listen = (chunk: Buffer): void => {
      logged += chunk.toString('utf8');
      if (logged.endsWith('README.md\n') || chunk.includes('Listening for FreeSWITCH')) resolve(undefined);
    };
    started.stdout.on('data', listen);
    started.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString('utf8')));
    started.on('close', () => {
      if (child === started) child = null;
      reject(new Error(`controller ${name} ended: ${logged.slice(-500)}`));
    });
    await promise;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (ending === null) return;
    const gone = new Promise((resolve) => ending.once('close', resolve));
    ending.kill(signal);
    await gone;
  }

  return {
    eslPort,
    httpPort,
    isUp: () => child !== null,
    async gone() {
      const ending = child;
      if (ending !== null) await new Promise((resolve) => ending.once('close', resolve));
    },
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    logged: () => logged,
  };
}

/** Linux gives ports from 32,768 on to whoever asks for any (ip_local_port_range), and so to others while nobody listens on ours. */
const [lowestPort, highestPort] = [11_000, 26_000];

/** Ports that are free, and stay so for a controller that is to come back on its own. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  while (held.length < count) {
    const server = await listenOn(randomInt(lowestPort, highestPort));
    if (server !== null) held.push(server);
  }
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** null: somebody has it. */
function listenOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(null))
      .listen(port, '127.0.0.1', () => resolve(server));
  });
}
