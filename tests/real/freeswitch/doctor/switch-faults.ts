import { join } from 'node:path';
import { before, dialplan, env, extension, value, type Fault } from './fault.ts';
import { rewritten, without } from './site.ts';

export const theSwitch: Fault[] = [
  {
    ...{ what: 'FreeSWITCH that is not reached', checks: ['freeswitch'], found: /ECONNREFUSED/ },
    plant: env({ BILLING_FREESWITCH_PORT: '9' }),
  },
  {
    ...{ what: 'another password of the event socket', checks: ['freeswitch'], found: /wrong password/ },
    plant: env({ BILLING_FREESWITCH_PASSWORD: 'mistaken' }),
  },
  {
    ...{ what: 'a FreeSWITCH that is too old', checks: ['freeswitch-version'], found: /FreeSWITCH is 1\.08\.12/ },
    async plant({ ports }) {
      const older = await rewritten(ports.controllers[1], ports.eventSocket, 'Version 1.10.', 'Version 1.08.');
      return { env: { BILLING_FREESWITCH_PORT: String(ports.controllers[1]) }, undo: () => older.close() };
    },
  },
  {
    ...{ what: 'a FreeSWITCH that is paused', checks: ['paused'], found: /refused with 503/ },
    async plant({ freeswitch }) {
      await freeswitch.api('fsctl pause inbound');
      return { undo: () => freeswitch.api('fsctl resume') };
    },
  },
  {
    ...{ what: 'a module that is not loaded', checks: ['modules'], found: /mod_json_cdr is not loaded/ },
    async plant({ freeswitch }) {
      await freeswitch.api('unload mod_json_cdr');
      return { undo: () => freeswitch.api('load mod_json_cdr') };
    },
    // It is in modules.conf.xml: what to do is another thing than naming it there.
    toDo: /log says why/,
  },
  {
    ...{ what: 'a FreeSWITCH without our settings', plant: [value('controllers', '')], checks: ['freeswitch'] },
    found: /none of our settings/,
  },
  {
    ...{ what: 'a password that everybody knows', plant: [value('event_socket_password', 'ClueCon')] },
    ...{ checks: ['event-socket'], found: /everybody knows/ },
  },
  {
    what: 'an event socket for everybody that a list names',
    plant: [
      { file: 'autoload_configs/event_socket.conf.xml', from: 'value="127.0.0.1"', to: 'value="0.0.0.0"' },
      {
        file: 'autoload_configs/event_socket.conf.xml',
        from: /("apply-inbound-acl" value=)"[^"]*"/,
        to: '$1"any_v4.auto"',
      },
    ],
    ...{ checks: ['event-socket'], found: /for anybody/, isFault: false },
  },
  {
    what: 'an event socket for everybody',
    plant: [
      { file: 'autoload_configs/event_socket.conf.xml', from: 'value="127.0.0.1"', to: 'value="0.0.0.0"' },
      { file: 'autoload_configs/event_socket.conf.xml', from: /.*apply-inbound-acl.*\n/, to: '' },
    ],
    ...{ checks: ['event-socket'], found: /no list says for whom/, isFault: false },
  },
  {
    what: 'a log with digits in it',
    plant: [
      { file: 'autoload_configs/switch.conf.xml', from: '"loglevel" value="notice"', to: '"loglevel" value="debug"' },
    ],
    ...{ checks: ['log-level'], found: /logs at debug/, isFault: false },
  },
];

export const theDialplan: Fault[] = [
  {
    what: 'no dialplan of ours',
    plant: [dialplan('<context name="billing">', '<context name="billed">')],
    ...{ checks: ['dialplan'], found: /no dialplan context billing/ },
  },
  {
    what: 'no steps for when no controller answers',
    plant: [dialplan('name="billing_steps"', 'name="other_steps"')],
    ...{ checks: ['dialplan'], found: /billing_steps/ },
  },
  {
    what: 'a dialplan that was edited',
    plant: [dialplan('hold_music=silence', 'hold_music=local_stream://moh')],
    ...{ checks: ['dialplan'], found: /billing_call is changed/, isFault: false },
  },
  {
    what: 'an extension of somebody else before ours',
    plant: [before('billing_language', extension('theirs', '^5$', 'application="answer"'))],
    ...{ checks: ['dialplan'], found: /theirs is not ours/, isFault: false },
  },
  {
    what: '8 that is not prompted',
    plant: [dialplan('data="billing_entry=prompted"', 'data="billing_entry=shortcut"')],
    ...{ checks: ['route-prompted', 'dialplan'], found: /8 is shortcut, not prompted/ },
  },
  {
    what: '9 that somebody else answers',
    plant: [before('billing_language', extension('ivr', '^9$', 'application="answer"'))],
    ...{ checks: ['route-shortcut', 'dialplan'], found: /9 does not go to a controller/ },
  },
  {
    what: 'numbers that leave without a controller',
    plant: [
      before(
        'billing_call',
        extension('past', '^\\d{10}$', 'application="bridge" data="sofia/gateway/carrier/$1"').replace('$1', '$$1'),
      ),
    ],
    checks: ['route-direct', 'dialplan'],
    found: /2015550123 does not go to a controller: the call is not billed/,
  },
  {
    what: '911 that somebody else answers',
    plant: [before('billing_language', extension('desk', '^911$', 'application="answer"'))],
    ...{ checks: ['route-emergency', 'dialplan'], found: /911 does not go to a controller/ },
  },
  {
    what: 'emergency calls that are not placed without a controller',
    plant: [
      dialplan('sofia/gateway/$${billing_emergency_gateway}/$1', 'sofia/gateway/$$${billing_emergency_gateway}/0'),
      dialplan('sofia/gateway/$${billing_emergency_gateway_2}/$1', 'sofia/gateway/$$${billing_emergency_gateway_2}/0'),
    ],
    ...{ checks: ['route-emergency', 'dialplan'], found: /911 is not placed when no controller answers/ },
  },
  {
    what: 'a socket without full',
    plant: [dialplan('$${billing_controllers} async full', '$$${billing_controllers} async')],
    checks: ['route-prompted', 'route-shortcut', 'route-direct', 'route-emergency', 'dialplan'],
    found: /not "… async full"/,
  },
  {
    what: 'socket_resume',
    plant: [
      dialplan(
        '<action application="set" data="billing_attempt=1"/>',
        '<action application="set" data="billing_attempt=1"/>\n<action application="set" data="socket_resume=true"/>',
      ),
    ],
    checks: ['route-direct', 'route-prompted', 'route-shortcut', 'route-emergency', 'dialplan'],
    found: /socket_resume/,
  },
];

export const sounds: Fault[] = [
  {
    ...{ what: 'phrases that are missing', checks: ['sounds'], found: /no phrases of language en/ },
    plant: [{ file: 'lang/en/en.xml', from: '<language name="en"', to: '<language name="xx"' }],
  },
  {
    ...{ what: 'a language that is not there', checks: ['sounds'], found: /no phrases of language es/ },
    plant: [value('language', 'es')],
  },
  {
    ...{ what: 'a recording that is missing', checks: ['sounds'], found: /digit-7\.wav is not there/ },
    plant: ({ base }) => without(join(base, 'sounds', 'en', 'billing', '8000', 'digit-7.wav')),
  },
];
