import { connect, isIP } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { allowList } from '../../freeswitch/outbound/server.ts';
import { fault, ok, warning, type Finding } from './finding.ts';
import { isLoopback, type FreeSwitch } from './freeswitch-answers.ts';

/** Whether a controller answers where FreeSWITCH looks for one. */
export async function examineControllers(freeswitch: FreeSwitch, config: Config): Promise<Finding[]> {
  const list = (freeswitch.variables.get('billing_controllers') ?? '').split('|').filter((entry) => entry !== '');
  if (list.length === 0)
    return [
      fault(
        'controllers',
        'billing_controllers is empty: no call reaches a controller',
        'set it to this machine, such as 10.0.0.5:8084',
      ),
    ];
  const findings: Finding[] = [];
  for (const entry of list) findings.push(await controller(entry, freeswitch, config));
  if (!list.some((entry) => entry.endsWith(`:${config.esl.port}`))) {
    findings.push(
      warning(
        'controllers',
        `none of billing_controllers (${list.join(', ')}) has the port of this controller, ${config.esl.port} (esl.port)`,
        'make them the same',
      ),
    );
  }
  return findings;
}

async function controller(entry: string, { isHere }: FreeSwitch, { esl, freeswitch }: Config): Promise<Finding> {
  const [, host = '', port = ''] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(entry) ?? [];
  if (host === '')
    return fault('controllers', `billing_controllers has ${entry}, which is no address:port`, 'write 10.0.0.5:8084');
  if (isLoopback(host) && !isHere) {
    return fault(
      'controllers',
      `FreeSWITCH on ${freeswitch.host} looks for the controller ${entry} on its own machine`,
      'set billing_controllers to the address of this machine, and esl.host and esl.allow here',
    );
  }
  const wrong = wrongAnswer(entry, await answerAt(host, Number(port)));
  if (wrong !== null) return wrong;
  if (Number(port) === esl.port && !isAllowed(esl.allow, isHere ? '127.0.0.1' : freeswitch.host)) {
    return fault(
      'controllers',
      `FreeSWITCH at ${freeswitch.host} is not in esl.allow: the controller hangs up on it`,
      'add its address to esl.allow',
    );
  }
  return ok('controllers', `the controller ${entry} answers`);
}

function isAllowed(allow: readonly string[], host: string): boolean {
  const family = isIP(host);
  // A name: whoever looks it up there may find another address.
  return family === 0 || allowList(allow).check(host, family === 6 ? 'ipv6' : 'ipv4');
}

const connectMs = 3_000;

type Answer = 'controller' | 'hung-up' | 'silent' | 'other' | { refusal: string };

/** A controller speaks first: it says `connect` at once, or hangs up on one that is not in its esl.allow. */
function answerAt(host: string, port: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const socket = connect({ host, port, timeout: connectMs });
  let connected = false;
  socket.on('connect', () => (connected = true));
  socket.on('data', (chunk: Buffer) =>
    resolve(chunk.toString('latin1').startsWith('connect') ? 'controller' : 'other'),
  );
  socket.on('end', () => resolve('hung-up'));
  socket.on('timeout', () => resolve(connected ? 'silent' : { refusal: `no answer within ${connectMs} ms` }));
  socket.on('error', (error) => resolve(connected ? 'hung-up' : { refusal: error.message }));
  return promise.finally(() => socket.destroy());
}

function wrongAnswer(entry: string, answer: Answer): Finding | null {
  if (answer === 'controller' || answer === 'hung-up') return null;
  if (typeof answer === 'object') {
    return fault(
      'controllers',
      `the controller ${entry} does not answer: ${answer.refusal}`,
      'start it (billing-codes start), and let the firewall pass',
    );
  }
  return fault(
    'controllers',
    answer === 'silent'
      ? `what listens on ${entry} takes a connection and says nothing: callers would wait 25 s in silence`
      : `what listens on ${entry} is no controller`,
    'restart the controller; is another program on its port (esl.port)?',
  );
}
