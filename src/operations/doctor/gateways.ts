import type { Config } from '../../config/schema.ts';
import { parseRoute } from '../../freeswitch/route.ts';
import { fault, ok, warning, type Finding } from './finding.ts';
import { locate, paramsOf, valueIn, type FreeSwitch } from './freeswitch-answers.ts';
import { allNamed, type Element } from './xml.ts';

/** Gateways that calls are routed by, and what for. */
function usedGateways({ routes }: Config, { variables }: FreeSwitch): Map<string, string> {
  const used = new Map<string, string>();
  for (const [type, list] of Object.entries(routes)) {
    for (const route of list) {
      const endpoint = parseRoute(route)?.endpoint ?? '';
      const name = /^sofia\/gateway\/(?:[^/:]+::)?([^/]+)\//.exec(endpoint)?.[1];
      if (name !== undefined && !used.has(name)) used.set(name, `routes.${type}`);
    }
  }
  for (const variable of ['billing_emergency_gateway', 'billing_emergency_gateway_2']) {
    const name = variables.get(variable) ?? '';
    if (!used.has(name)) used.set(name, variable);
  }
  return used;
}

export async function examineGateways(freeswitch: FreeSwitch, config: Config): Promise<Finding[]> {
  const located = await locate(freeswitch.ask, 'configuration', 'configuration', 'sofia.conf');
  const written = located === null ? [] : allNamed([located], 'gateway');
  const findings: Finding[] = [];
  for (const [name, use] of usedGateways(config, freeswitch))
    findings.push(await gateway(freeswitch, written, name, use));
  return findings;
}

/** What FreeSWITCH made of the gateway when it was loaded, where its configuration says something else by now; null: it does not. */
function beforeChange(written: readonly Element[], name: string, running: string): { is: string; says: string } | null {
  const params = paramsOf(written.find(({ attributes }) => attributes['name'] === name) ?? null);
  const plain = (address: string): string => address.replace(/^sips?:/, '');
  // Without a proxy, calls go to the realm (mod_sofia, parse_gateways); without that, to the name.
  const says = plain(params.get('proxy') ?? params.get('realm') ?? name);
  const is = plain(valueIn(running, 'proxy'));
  return params.size === 0 || is === says ? null : { is, says };
}

async function gateway({ ask }: FreeSwitch, written: readonly Element[], name: string, use: string): Promise<Finding> {
  const xml = name === '' ? '' : await ask('sofia', `xmlstatus gateway ${name}`);
  const [state, status, ping] = ['state', 'status', 'ping'].map((what) => valueIn(xml, what));
  if (state === '') {
    return fault(
      'gateways',
      `there is no gateway ${name === '' ? '(empty)' : name}, which ${use} names`,
      `add sip_profiles/billing/${name}.xml, or change ${use}`,
    );
  }
  const before = beforeChange(written, name, xml);
  if (before !== null) {
    const profile = valueIn(xml, 'profile');
    return fault(
      'gateways',
      `gateway ${name} (${use}) still goes to ${before.is}: its file says ${before.says} by now`,
      `fs_cli -x 'sofia profile ${profile} killgw ${name}', and five seconds later fs_cli -x 'sofia profile ${profile} rescan': calls that are up go on`,
    );
  }
  if (status !== 'UP') {
    return fault(
      'gateways',
      `gateway ${name} (${use}) is ${status ?? ''}${state === 'NOREG' ? ': it does not answer OPTIONS' : `, ${state ?? ''}`}`,
      'check its address, password and the firewall; "fs_cli -x \'sofia status gateway ' + name + '\'" says more',
    );
  }
  if (ping === '0' && state === 'NOREG') {
    return warning(
      'gateways',
      `gateway ${name} (${use}) is not asked whether it is up: one that is silent costs each caller call.gatewaySeconds`,
      'give it a ping in its file, or billing_…_ping_seconds',
    );
  }
  return ok('gateways', `gateway ${name} is up`);
}
