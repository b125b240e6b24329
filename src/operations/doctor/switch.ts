import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { isKnownToAll } from '../known-passwords.ts';
import { freeswitchConf } from '../shipped.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';
import { locate, paramsOf, type FreeSwitch } from './freeswitch-answers.ts';
import { passwordAdvice } from './secrets.ts';
import type { Element } from './xml.ts';

const oldest = [1, 10] as const;
/** FreeSWITCH's level DEBUG (switch_types.h). */
const debugLevel = 7;
const clockToleranceSeconds = 3;

export async function examineSwitch(freeswitch: FreeSwitch, config: Config, nowMs: () => number): Promise<Finding[]> {
  return [
    await version(freeswitch),
    await takesCalls(freeswitch),
    ...(await modules(freeswitch)),
    ...(await password(freeswitch, config)),
    await logLevel(freeswitch),
    await clock(freeswitch, nowMs),
  ];
}

async function version({ ask }: FreeSwitch): Promise<Finding> {
  const [, text = '', major = '0', minor = '0'] = /Version ((\d+)\.(\d+)\S*)/.exec(await ask('version')) ?? [];
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (isOld) return fault('freeswitch-version', `FreeSWITCH is ${text}`, 'install FreeSWITCH 1.10 or newer');
  return ok('freeswitch-version', `FreeSWITCH ${text}`);
}

async function takesCalls({ ask }: FreeSwitch): Promise<Finding> {
  const inbound = (await ask('fsctl', 'pause_check inbound')).trim();
  const outbound = (await ask('fsctl', 'pause_check outbound')).trim();
  if (inbound === 'false' && outbound === 'false') return ok('paused', 'FreeSWITCH takes calls');
  return fault('paused', 'FreeSWITCH is paused: every call is refused with 503', "fs_cli -x 'fsctl resume'");
}

/** Those that our modules.conf.xml loads. */
export function neededModules(): string[] {
  const conf = readFileSync(join(freeswitchConf, 'autoload_configs', 'modules.conf.xml'), 'utf8');
  return [...conf.matchAll(/load module="(\w+)"/g)].map(([, name]) => name ?? '');
}

async function modules({ ask }: FreeSwitch): Promise<Finding[]> {
  const needed = neededModules();
  const missing: string[] = [];
  for (const name of needed) if ((await ask('module_exists', name)).trim() !== 'true') missing.push(name);
  const named = missing.length === 0 ? [] : await namedModules(ask);
  return allOf(
    'modules',
    missing.map((name) => fault('modules', `${name} is not loaded`, howToLoad(name, named.includes(name)))),
    `${needed.length} modules are loaded`,
  );
}

/** Those that FreeSWITCH's own modules.conf.xml has it load. */
async function namedModules(ask: FreeSwitch['ask']): Promise<string[]> {
  const conf = await locate(ask, 'configuration', 'configuration', 'modules.conf');
  const namesIn = ({ name, attributes, children }: Element): string[] => [
    ...(name === 'load' ? [attributes['module'] ?? ''] : []),
    ...children.flatMap(namesIn),
  ];
  return conf === null ? [] : namesIn(conf);
}

function howToLoad(name: string, isNamed: boolean): string {
  const load = `fs_cli -x 'load ${name}'`;
  const debianPackage = `Debian package freeswitch-${name.replaceAll('_', '-')}`;
  // As mod_sofia where one of its profiles asks a STUN server that does not answer (sofia.c, "Invalid ext-rtp-ip").
  if (isNamed)
    return `FreeSWITCH’s log says why (ERR and CRIT as it started; is it installed: ${debianPackage}?); then ${load}`;
  return `load it in modules.conf.xml (${debianPackage}), then ${load}`;
}

/** Lists that FreeSWITCH makes by itself (switch_core.c, switch_load_network_lists), and ranges. */
const everybody = ['any_v4.auto', 'any_v6.auto', '0.0.0.0/0', '::/0'];

async function password({ ask }: FreeSwitch, { freeswitch }: Config): Promise<Finding[]> {
  const params = paramsOf(await locate(ask, 'configuration', 'configuration', 'event_socket.conf'));
  const wrong: Finding[] = [];
  if (isKnownToAll(params.get('password') ?? freeswitch.password)) {
    wrong.push(
      fault('event-socket', 'the password of FreeSWITCH’s event socket is one that everybody knows', passwordAdvice),
    );
  }
  const address = params.get('listen-ip') ?? '127.0.0.1';
  const acl = params.get('apply-inbound-acl');
  if (!['127.0.0.1', '::1', 'localhost'].includes(address) && (acl === undefined || everybody.includes(acl))) {
    // Without a list, mod_event_socket goes by loopback.auto (mod_event_socket.c, 1.10.12, line 2924).
    const why =
      acl === undefined ? ', and no list says for whom: only FreeSWITCH’s default keeps strangers out' : ' for anybody';
    wrong.push(
      warning(
        'event-socket',
        `FreeSWITCH’s event socket listens on ${address}${why}`,
        'set apply-inbound-acl in event_socket.conf.xml to the addresses of the controllers, or listen-ip to 127.0.0.1 where they are on this machine',
      ),
    );
  }
  return allOf('event-socket', wrong, 'the event socket has a password of its own');
}

async function logLevel({ ask }: FreeSwitch): Promise<Finding> {
  const logs = paramsOf(await locate(ask, 'configuration', 'configuration', 'switch.conf')).get('loglevel') ?? '';
  const now = Number(/\[(-?\d+)\]/.exec(await ask('fsctl', 'loglevel'))?.[1] ?? -1);
  if (now < debugLevel && logs !== 'debug') return ok('log-level', 'FreeSWITCH does not log what callers key');
  return warning(
    'log-level',
    'FreeSWITCH logs at debug, which has every digit in it that arrives by SIP INFO: billing codes are secrets',
    "fs_cli -x 'fsctl loglevel notice', and set loglevel in switch.conf.xml",
  );
}

async function clock({ ask }: FreeSwitch, nowMs: () => number): Promise<Finding> {
  const theirs = Number((await ask('strepoch')).trim());
  const difference = Math.round(theirs - nowMs() / 1000);
  if (Math.abs(difference) <= clockToleranceSeconds)
    return ok('freeswitch-clock', 'FreeSWITCH’s clock agrees with ours');
  return warning(
    'freeswitch-clock',
    `FreeSWITCH’s clock is ${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'} ours`,
    'let a time server keep both machines; fs_cli -x "fsctl sync_clock" if FreeSWITCH alone is off',
  );
}
