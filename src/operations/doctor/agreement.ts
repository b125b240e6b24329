import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { allowList } from '../../freeswitch/outbound/server.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';
import { isLoopback, locate, paramsOf, type FreeSwitch } from './freeswitch-answers.ts';

/** Whether FreeSWITCH's settings and the controller's fit together. */
export async function examineAgreement(freeswitch: FreeSwitch, config: Config, plan: DialPlan): Promise<Finding[]> {
  return [
    ...emergencyNumbers(freeswitch, plan),
    outsideLine(freeswitch, plan),
    ...placeholders(freeswitch),
    ...(await controllers(freeswitch, config)),
    ...(await cdrs(freeswitch, config)),
    ...(await callers(freeswitch)),
    coreDb(freeswitch, config),
  ];
}

function emergencyNumbers({ variables }: FreeSwitch, { emergencyNumbers: ours }: DialPlan): Finding[] {
  const theirs = (variables.get('billing_emergency_numbers') ?? '').split('|').filter((number) => number !== '');
  const missing = ours.filter((number) => !theirs.includes(number));
  const extra = theirs.filter((number) => !ours.includes(number));
  return allOf(
    'emergency-numbers',
    [
      ...missing.map((number) =>
        fault(
          'emergency-numbers',
          `FreeSWITCH does not know the emergency number ${number}: it is not placed when no controller answers`,
          `add it to billing_emergency_numbers in vars_billing.xml: ${ours.join('|')}`,
        ),
      ),
      ...extra.map((number) =>
        warning(
          'emergency-numbers',
          `FreeSWITCH takes ${number} for an emergency number, the country's dial plan here does not`,
          'set dialPlan.country or dialPlan.emergencyNumbers, or take it out of billing_emergency_numbers',
        ),
      ),
    ],
    `${ours.join(', ')} on both sides`,
  );
}

function outsideLine({ variables }: FreeSwitch, { outsideLine: ours }: DialPlan): Finding {
  const theirs = variables.get('billing_outside_line') ?? '';
  if (theirs === ours) return ok('outside-line', ours === '' ? 'no outside line' : `${ours} on both sides`);
  return warning(
    'outside-line',
    `the digit for an outside line is "${theirs}" in FreeSWITCH and "${ours}" here`,
    'make billing_outside_line and dialPlan.outsideLine the same',
  );
}

/** Values of vars_billing.xml that are to be replaced, where they are in use. */
function placeholders({ variables }: FreeSwitch): Finding[] {
  const inUse = (name: string): boolean => {
    const registers = /^(billing_(?:3cx_extension|carrier))_(?:number|auth_id|user|password)$/.exec(name)?.[1];
    if (registers !== undefined) return variables.get(`${registers}_register`) === 'true';
    if (name === 'billing_cdr_password') return (variables.get('billing_cdr_url') ?? '') !== '';
    // It has a check of its own.
    return name !== 'billing_event_socket_password';
  };
  const found = [...variables].filter(
    ([name, value]) =>
      name.startsWith('billing_') && (value === 'CHANGE-ME' || value.endsWith('.invalid')) && inUse(name),
  );
  return allOf(
    'placeholders',
    found.map(([name, value]) =>
      fault('placeholders', `${name} is still ${value}`, `set ${name} in vars_billing.xml, then fs_cli -x reloadxml`),
    ),
    'every value that is used was set',
  );
}

async function controllers(freeswitch: FreeSwitch, config: Config): Promise<Finding[]> {
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
  const why = await refusal(host, Number(port));
  if (why !== null)
    return fault(
      'controllers',
      `the controller ${entry} does not answer: ${why}`,
      'start it (billing-codes start), and let the firewall pass',
    );
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

/** Null: something answers there. */
function refusal(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect({ host, port, timeout: connectMs });
  socket.on('connect', () => resolve(null));
  socket.on('timeout', () => resolve(`no answer within ${connectMs} ms`));
  socket.on('error', (error) => resolve(error.message));
  return promise.finally(() => socket.destroy());
}

async function cdrs({ ask, variables, isHere }: FreeSwitch, { cdr }: Config): Promise<Finding[]> {
  const params = paramsOf(await locate(ask, 'configuration', 'configuration', 'json_cdr.conf'));
  const folder = params.get('log-dir') ?? '';
  const url = params.get('url') ?? '';
  const wrong: Finding[] = [];
  if (params.get('log-b-leg') !== 'true') {
    wrong.push(
      fault(
        'cdr-settings',
        'mod_json_cdr writes no CDR of the called party’s leg, which holds the billable time',
        'copy json_cdr.conf.xml from freeswitch-conf',
      ),
    );
  }
  if (isHere && cdr.dir !== '' && folder !== cdr.dir) {
    wrong.push(
      fault(
        'cdr-settings',
        `FreeSWITCH writes CDRs to ${folder === '' ? 'no folder' : folder}, and the controller reads ${cdr.dir} (cdr.dir)`,
        'make billing_cdr_dir and cdr.dir the same',
      ),
    );
  }
  if (cdr.dir === '' && url === '') {
    wrong.push(
      warning(
        'cdr-settings',
        'no CDR reaches the controller: the end of a call that it does not see is estimated',
        `set cdr.dir to ${folder === '' ? 'the folder of billing_cdr_dir' : folder}, or billing_cdr_url`,
      ),
    );
  }
  if (url !== '' && params.get('cred') !== `${cdr.user}:${cdr.password}`) {
    wrong.push(
      fault(
        'cdr-settings',
        'FreeSWITCH posts CDRs with another user or password than the controller expects',
        'make billing_cdr_user and billing_cdr_password the same as cdr.user and cdr.password',
      ),
    );
  }
  const claim = Number(variables.get('billing_claim_seconds') ?? 27);
  if (claim <= 25 && claim !== 0) {
    wrong.push(
      warning(
        'cdr-settings',
        `billing_claim_seconds is ${claim}: a controller that is late meets a call that is no longer its own`,
        'set it to 27',
      ),
    );
  }
  return allOf('cdr-settings', wrong, url === '' ? `CDRs go to ${folder}` : `CDRs go to ${folder} and ${url}`);
}

/** May 3CX send calls? */
async function callers({ ask, variables }: FreeSwitch): Promise<Finding[]> {
  const host = variables.get('billing_3cx_host') ?? '';
  if (host === '' || host.endsWith('.invalid')) return [];
  const address = isIP(host) === 0 ? await addressOf(host) : host;
  if (address === null)
    return [fault('3cx', `the name ${host} (billing_3cx_host) leads to no address`, 'set it to the address of 3CX')];
  if ((await ask('acl', `${address} billing_3cx`)).trim() !== 'true') {
    return [
      fault(
        '3cx',
        `3CX at ${address} may not send calls here: FreeSWITCH answers 403`,
        `set billing_3cx_cidr to ${address}/32`,
      ),
    ];
  }
  return [ok('3cx', `3CX at ${address} may send calls`)];
}

async function addressOf(name: string): Promise<string | null> {
  try {
    return (await lookup(name)).address;
  } catch {
    return null;
  }
}

function coreDb({ variables, isHere }: FreeSwitch, { freeswitch }: Config): Finding {
  const theirs = join(variables.get('db_dir') ?? '', 'core.db');
  if (!isHere || freeswitch.coreDb === '') return ok('core-db', 'freeswitch.coreDb is not used');
  if (freeswitch.coreDb === theirs && existsSync(theirs)) return ok('core-db', `${theirs} is read after a crash`);
  return warning(
    'core-db',
    `freeswitch.coreDb is ${freeswitch.coreDb}, and FreeSWITCH's is ${theirs}`,
    'set freeswitch.coreDb to that file, readable by the controller',
  );
}
