import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket, type Socket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../src/operations/doctor/finding.ts';
import { run } from '../../cli/run.ts';
import { freeswitchConf } from '../../freeswitch-conf/copy-tree.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { startFreeswitch, type Freeswitch } from './freeswitch.ts';
import { checkSite, sitePorts } from './requirements.ts';

let base: string;
let conf: string;
let freeswitch: Freeswitch;
let controller: TestController;
let answering: Socket[];
let env: Record<string, string>;

/** Answers OPTIONS as a gateway that is up. */
function answerOptions(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const kept = message
      .toString('latin1')
      .split('\r\n')
      .filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const answer = ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
    socket.send(answer, from.port, from.address);
  });
  return new Promise((resolve) => socket.bind(port, '127.0.0.1', () => resolve(socket)));
}

beforeAll(async () => {
  const { freeswitch: binary } = await checkSite(process.env);
  const ports = sitePorts(process.env);
  base = mkdtempSync(join(tmpdir(), 'billing-codes-doctor-'));
  conf = join(base, 'conf');
  const sounds = join(base, 'sounds');
  cpSync(join(freeswitchConf, 'sounds'), sounds, { recursive: true });
  answering = await Promise.all([ports.carrier, ports.pbx].map(answerOptions));
  const [port] = ports.controllers;
  freeswitch = await startFreeswitch(binary, base, ports, `127.0.0.1:${port}`, {
    values: {
      ...{ '3cx_port': String(ports.pbx), carrier_ping_seconds: '5', claim_seconds: '27', sounds },
    },
  });
  const backups = join(base, 'backups');
  const settings = {
    ...{ 'esl.port': String(port), 'cdr.dir': join(base, 'cdr'), 'backup.dir': backups, 'controller.name': 'one' },
    ...{
      'freeswitch.host': '127.0.0.1',
      'freeswitch.port': String(ports.eventSocket),
      'freeswitch.password': 'test-only',
    },
    ...{ 'freeswitch.coreDb': join(base, 'db', 'core.db') },
  };
  controller = await startTestController(settings);
  await controller.store.addAccount(account('12345'));
  await eventually(() => Promise.resolve(controller.logged().includes('backup taken') ? true : null), 20_000);
  env = {
    ...{ BILLING_DATA_DIR: controller.folder, BILLING_ESL_PORT: String(port), BILLING_CDR_DIR: join(base, 'cdr') },
    ...{ BILLING_BACKUP_DIR: backups, BILLING_CONTROLLER_NAME: 'one' },
    ...{ BILLING_FREESWITCH_HOST: '127.0.0.1', BILLING_FREESWITCH_PORT: String(ports.eventSocket) },
    ...{ BILLING_FREESWITCH_PASSWORD: 'test-only', BILLING_FREESWITCH_CORE_DB: join(base, 'db', 'core.db') },
  };
}, 120_000);
afterAll(async () => {
  await controller.dispose();
  await freeswitch.stop();
  for (const socket of answering) socket.close();
  rmSync(base, { recursive: true, force: true });
});

async function examine(extra: Record<string, string> = {}): Promise<Finding[]> {
  const { stdout, stderr } = await run(['doctor', '--json'], { ...env, ...extra });
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as Finding[]).filter(({ level }) => level !== 'ok');
}

/** A line of a file of FreeSWITCH's configuration, as it is and as it is planted. */
type Edit = { file: string; from: string | RegExp; to: string };

async function planted<T>(edits: readonly Edit[], look: () => Promise<T>): Promise<T> {
  const before = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(conf, file);
    const text = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has no ${String(from)}`);
    writeFileSync(path, changed);
  }
  try {
    await freeswitch.api('reloadxml');
    return await look();
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
    await freeswitch.api('reloadxml');
  }
}

const value = (name: string, to: string): Edit => ({
  ...{ file: 'vars_billing.xml', from: new RegExp(`data="billing_${name}=[^"]*"`), to: `data="billing_${name}=${to}"` },
});
const dialplan = (from: string, to: string): Edit => ({ file: 'dialplan/billing.xml', from, to });

describe('the doctor, asking a real FreeSWITCH', () => {
  it('finds nothing on a sound system', async () => {
    const sound = await run(['doctor', '--strict'], env);
    expect(sound.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
    expect(sound).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<[string, Edit[], string, RegExp]>([
    [
      'no dialplan of ours',
      [dialplan('<context name="billing">', '<context name="billed">')],
      'dialplan',
      /no dialplan context billing/,
    ],
    [
      'no steps for when no controller answers',
      [dialplan('name="billing_steps"', 'name="other_steps"')],
      'dialplan',
      /billing_steps/,
    ],
    [
      'a dialplan that was edited',
      [dialplan('hold_music=silence', 'hold_music=local_stream://moh')],
      'dialplan',
      /billing_call is changed/,
    ],
    [
      'an extension of somebody else before ours',
      [
        dialplan(
          '<extension name="billing_language"',
          '<extension name="theirs"><condition field="destination_number" expression="^5$"/></extension>\n<extension name="billing_language"',
        ),
      ],
      'dialplan',
      /theirs is not ours/,
    ],
    [
      'numbers that leave without a controller',
      [
        dialplan(
          '<extension name="billing_call">',
          '<extension name="past"><condition field="destination_number" expression="^\\d{10}$"><action application="bridge" data="sofia/gateway/carrier/$1"/></condition></extension>\n<extension name="billing_call">',
        ),
      ],
      'route-direct',
      /2015550123 does not go to a controller: the call is not billed/,
    ],
    [
      'a socket without full',
      [dialplan('$${billing_controllers} async full', '$${billing_controllers} async')],
      'route-prompted',
      /not "… async full"/,
    ],
    [
      '8 that is not prompted',
      [dialplan('data="billing_entry=prompted"', 'data="billing_entry=shortcut"')],
      'route-prompted',
      /8 is shortcut, not prompted/,
    ],
    [
      'socket_resume',
      [
        dialplan(
          '<action application="set" data="billing_attempt=1"/>',
          '<action application="set" data="billing_attempt=1"/>\n<action application="set" data="socket_resume=true"/>',
        ),
      ],
      'route-direct',
      /socket_resume/,
    ],
    [
      'emergency calls that are not placed without a controller',
      [
        dialplan('sofia/gateway/$${billing_emergency_gateway}/$1', 'sofia/gateway/$${billing_emergency_gateway}/0'),
        dialplan('sofia/gateway/$${billing_emergency_gateway_2}/$1', 'sofia/gateway/$${billing_emergency_gateway_2}/0'),
      ],
      'route-emergency',
      /911 is not placed when no controller answers/,
    ],
    [
      'an emergency number that FreeSWITCH lacks',
      [value('emergency_numbers', '112')],
      'emergency-numbers',
      /does not know the emergency number 911/,
    ],
    [
      'an emergency number too many',
      [value('emergency_numbers', '911|112|999')],
      'emergency-numbers',
      /takes 999 for an emergency number/,
    ],
    ['another outside line', [value('outside_line', '0')], 'outside-line', /"0" in FreeSWITCH and "9" here/],
    [
      'an emergency gateway that is not there',
      [value('emergency_gateway', 'nosuch')],
      'gateways',
      /no gateway nosuch, which billing_emergency_gateway names/,
    ],
    [
      'a placeholder for 3CX',
      [value('3cx_host', '3cx.invalid')],
      'placeholders',
      /billing_3cx_host is still 3cx\.invalid/,
    ],
    [
      'a placeholder for a password that is used',
      [value('carrier_register', 'true')],
      'placeholders',
      /billing_carrier_password is still CHANGE-ME/,
    ],
    [
      'a controller that does not answer',
      [value('controllers', '127.0.0.1:9')],
      'controllers',
      /127\.0\.0\.1:9 does not answer/,
    ],
    ['no controller', [value('controllers', '')], 'freeswitch', /none of our settings/],
    ['a controller that is no address', [value('controllers', 'here')], 'controllers', /no address:port/],
    ['CDRs in another folder', [value('cdr_dir', '/nowhere')], 'cdr-settings', /writes CDRs to \/nowhere/],
    [
      'CDRs of one leg',
      [
        {
          file: 'autoload_configs/json_cdr.conf.xml',
          from: '"log-b-leg" value="true"',
          to: '"log-b-leg" value="false"',
        },
      ],
      'cdr-settings',
      /called party’s leg/,
    ],
    [
      'CDR posts with another password',
      [value('cdr_url', 'http://127.0.0.1:9/cdr')],
      'cdr-settings',
      /another user or password/,
    ],
    ['a claim that ends too early', [value('claim_seconds', '10')], 'cdr-settings', /billing_claim_seconds is 10/],
    ['an address of 3CX that may not call', [value('3cx_host', '192.0.2.9')], '3cx', /192\.0\.2\.9 may not send calls/],
    ['a password that everybody knows', [value('event_socket_password', 'ClueCon')], 'event-socket', /everybody knows/],
    [
      'an event socket for everybody',
      [
        { file: 'autoload_configs/event_socket.conf.xml', from: 'value="127.0.0.1"', to: 'value="0.0.0.0"' },
        { file: 'autoload_configs/event_socket.conf.xml', from: /.*apply-inbound-acl.*\n/, to: '' },
      ],
      'event-socket',
      /for anybody/,
    ],
    [
      'a log with digits in it',
      [{ file: 'autoload_configs/switch.conf.xml', from: '"loglevel" value="notice"', to: '"loglevel" value="debug"' }],
      'log-level',
      /logs at debug/,
    ],
    [
      'phrases that are missing',
      [{ file: 'lang/en/en.xml', from: '<language name="en"', to: '<language name="xx"' }],
      'sounds',
      /no phrases of language en/,
    ],
    ['a language that is not there', [value('language', 'es')], 'sounds', /no phrases of language es/],
    [
      'sounds in another folder',
      [value('sounds', '/nowhere')],
      'sounds',
      /\/nowhere\/en\/billing\/8000\/ask-code\.wav is not there/,
    ],
  ])('finds %s', async (_what, edits, check, found) => {
    const findings = await planted(edits, () => examine());
    expect(findings.map((finding) => finding.check)).toContain(check);
    const own = findings.find((finding) => finding.check === check && found.test(finding.found));
    expect([findings, own !== undefined]).toEqual([findings, true]);
    expect(own?.toDo).toMatch(/\S/);
  });

  it('finds a recording that is missing', async () => {
    const file = join(base, 'sounds', 'en', 'billing', '8000', 'digit-7.wav');
    const kept = readFileSync(file);
    rmSync(file);
    try {
      expect(await examine()).toEqual([expect.objectContaining({ check: 'sounds', level: 'error' })]);
    } finally {
      writeFileSync(file, kept);
    }
  });

  it('finds a module that is not loaded', async () => {
    await freeswitch.api('unload mod_json_cdr');
    try {
      expect((await examine()).map(({ found }) => found)).toEqual(['mod_json_cdr is not loaded']);
    } finally {
      await freeswitch.api('load mod_json_cdr');
    }
  });

  it('finds settings of the controller that do not fit', async () => {
    mkdirSync(join(base, 'elsewhere'));
    const looks = async (extra: Record<string, string>): Promise<string[]> =>
      (await examine(extra)).map(({ check }) => check);
    expect(await looks({ BILLING_CDR_DIR: join(base, 'elsewhere') })).toEqual(['cdr-settings']);
    expect(await looks({ BILLING_CDR_DIR: '' })).toEqual(['cdr-settings']);
    expect(await looks({ BILLING_FREESWITCH_CORE_DB: join(base, 'core.db') })).toEqual(['core-db']);
    expect(await looks({ BILLING_ESL_PORT: '9' })).toEqual(['controllers']);
    expect(await looks({ BILLING_ESL_ALLOW: '192.0.2.1' })).toEqual(['controllers']);
    expect(await looks({ BILLING_ROUTES_MOBILE: 'sofia/gateway/mobiles/{number}' })).toEqual(['gateways']);
    expect(await looks({ BILLING_DIAL_PLAN_COUNTRY: 'GB' })).toEqual(
      expect.arrayContaining(['route-emergency', 'emergency-numbers', 'outside-line']),
    );
    expect(await looks({ BILLING_FREESWITCH_PASSWORD: 'mistaken' })).toEqual(['freeswitch']);
  });

  it('finds a gateway that no longer answers', async () => {
    answering[1]?.close();
    answering.pop();
    await eventually(async () => (/DOWN/.test(await freeswitch.api('sofia status gateway 3cx')) ? true : null), 60_000);
    const findings = await examine();
    expect(findings).toEqual([expect.objectContaining({ check: 'gateways', level: 'error' })]);
    expect(findings[0]?.found).toMatch(/gateway 3cx \(routes\.internal\) is DOWN/);
  }, 90_000);
});
