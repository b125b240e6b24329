import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import { examineCdrSettings } from './cdr-settings.ts';
import { examineControllers } from './controllers.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';
import type { FreeSwitch } from './freeswitch-answers.ts';

/** Whether FreeSWITCH's settings and the controller's fit together. */
export async function examineAgreement(freeswitch: FreeSwitch, config: Config, plan: DialPlan): Promise<Finding[]> {
  return [
    ...emergencyNumbers(freeswitch, plan),
    outsideLine(freeswitch, plan),
    ...placeholders(freeswitch),
    ...(await examineControllers(freeswitch, config)),
    ...(await examineCdrSettings(freeswitch, config)),
    ...(await callers(freeswitch)),
    await strangers(freeswitch),
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

/** Addresses that nobody has (RFC 5737), far apart. */
const nobodys = ['192.0.2.1', '198.51.100.1', '203.0.113.1'];

async function strangers({ ask }: FreeSwitch): Promise<Finding> {
  for (const address of nobodys) {
    if ((await ask('acl', `${address} billing_3cx`)).trim() !== 'true')
      return ok('strangers', 'not everybody may call');
  }
  return fault(
    'strangers',
    'anybody who reaches the SIP port may send calls here: the list billing_3cx lets every address in',
    'set billing_3cx_cidr and billing_3cx_cidr_2 to the addresses of 3CX, such as 10.0.0.2/32',
  );
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
