import { createLog, type Log, type LogLevel } from '../controller/log.ts';
import { startController, type Controller } from '../controller/controller.ts';
import { urlOf } from '../controller/console.ts';
import { isConfigured } from '../store/sqlserver/settings.ts';
import { startWatchdog } from '../controller/watchdog.ts';
import { configFromArgs } from './context.ts';
import { systemClock } from '../words/clock.ts';
import { complain, printOwn } from './usage.ts';

const help = `billing-codes start [--config FILE] [--SETTING VALUE …]

Runs the controller until SIGINT or SIGTERM. Then it takes no new calls and lets live calls end (drain.deadlineSeconds); a second
signal stops it at once. SIGUSR2 turns debug logging, with every step of every call, on and off. "billing-codes config --help" lists
the settings.
`;

/** How long the process may take to exit after everything was closed. */
const lastMs = 3_000;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest, origins } = configFromArgs(args);
  if (rest.length > 0) {
    complain(`: start does not know ${rest[0] ?? ''}; see billing-codes start --help`);
    return 2;
  }
  const log = createLog({ ...config.log, stream: process.stderr });
  const controller = await startController(config, log, systemClock, origins());
  const { host, port } = controller.address();
  log.info(`listening for FreeSWITCH on ${host}:${port}`, { database: config.data.dir });
  const web = controller.webAddress();
  if (web !== null) {
    const posts = config.cdr.password === '' ? {} : { billing_cdr_url: `http://${web.host}:${web.port}/cdr` };
    log.info(`answering HTTP on ${web.host}:${web.port}`, posts);
  }
  await controller.console.ready();
  await sayWhatNext(controller, `${host}:${port}`, isConfigured(config.sqlserver));
  const watchdog = startWatchdog(process.env, (why) =>
    log.warn('cannot notify systemd that the controller is up', { why }),
  );
  watchdog.ready();
  const restoreSignal = switchDebugOn('SIGUSR2', log, config.log.level);
  const signal = await stopSignal();
  restoreSignal();
  watchdog.stopping();
  log.info(`${signal}: no new calls`, { live: controller.liveCalls(), deadlineSeconds: config.drain.deadlineSeconds });
  const ended = await controller.stop(config.drain.deadlineSeconds * 1000);
  watchdog.close();
  log.info('stopped', ended);
  // A thread that is waiting for a hanging disk keeps this process alive forever, even after process.exit().
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), lastMs).unref();
  return ended.unwrittenRecords === 0 ? 0 : 1;
}

async function sayWhatNext(controller: Controller, address: string, isCopy: boolean): Promise<void> {
  const accounts = await controller.store.listAccounts({ limit: 1 });
  const first =
    accounts.length === 0 && !isCopy
      ? 'There are no billing codes yet: npx billing-codes accounts add --code 12345 --name "Smith & Co"\n'
      : '';
  printOwn(
    process.stdout,
    `Listening for FreeSWITCH on ${address}.\n${first}` +
      consoleLine(controller) +
      'Try it without a phone:        npm run call\n' +
      'Connect FreeSWITCH and 3CX:    freeswitch-conf/README.md\n',
  );
}

function consoleLine({ console }: Controller): string {
  const address = console.address();
  return address === null ? '' : `Web console:                   ${urlOf(address)}\n`;
}

/** Lets a puzzling call be watched without a restart. Returns a function that stops listening. */
function switchDebugOn(signal: NodeJS.Signals, log: Log, usual: LogLevel): () => void {
  const onSignal = (): void => {
    const level = log.writes('debug') ? usual : 'debug';
    log.setLevel(level);
    log.warn(`log level is now ${level}`);
  };
  process.on(signal, onSignal);
  return () => process.removeListener(signal, onSignal);
}

/** Resolves at the first signal; the second one ends the process by its default. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
      resolve(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
