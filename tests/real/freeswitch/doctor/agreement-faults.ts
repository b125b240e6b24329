import { eventually } from '../../../support/controller.ts';
import { profile, value, type Fault } from './fault.ts';
import { listenOn } from './site.ts';

export const agreement: Fault[] = [
  {
    ...{ what: 'an emergency number that FreeSWITCH lacks', plant: [value('emergency_numbers', '112')] },
    ...{ checks: ['emergency-numbers', 'route-emergency'], found: /does not know the emergency number 911/ },
  },
  {
    ...{ what: 'an emergency number too many', plant: [value('emergency_numbers', '911|112|999')] },
    ...{ checks: ['emergency-numbers'], found: /takes 999 for an emergency number/, isFault: false },
  },
  {
    ...{ what: 'another outside line', plant: [value('outside_line', '0')], checks: ['outside-line'] },
    ...{ found: /"0" in FreeSWITCH and "9" here/, isFault: false },
  },
  {
    ...{ what: 'a placeholder for 3CX', plant: [value('3cx_host', '3cx.invalid')] },
    checks: ['placeholders', 'gateways'],
    found: /billing_3cx_host is still 3cx\.invalid/,
  },
  {
    ...{ what: 'a placeholder for a password that is used', plant: [value('carrier_register', 'true')] },
    ...{ checks: ['placeholders'], found: /billing_carrier_password is still CHANGE-ME/ },
  },
  {
    ...{ what: 'a controller that does not answer', plant: [value('controllers', '127.0.0.1:9')] },
    ...{ checks: ['controllers'], found: /127\.0\.0\.1:9 does not answer/ },
  },
  {
    ...{ what: 'a controller that takes the call and says nothing', checks: ['controllers'], found: /says nothing/ },
    async plant(site) {
      const [, port] = site.ports.controllers;
      const silent = await listenOn(port, () => undefined);
      const { undo } = await site.edited([
        value('controllers', `127.0.0.1:${site.ports.controllers[0]}|127.0.0.1:${port}`),
      ]);
      return {
        async undo() {
          await undo?.();
          await silent.close();
        },
      };
    },
  },
  {
    ...{ what: 'another program where a controller should be', checks: ['controllers'], found: /is no controller/ },
    async plant(site) {
      const [, port] = site.ports.controllers;
      const other = await listenOn(port, (socket) => socket.write('220 mail.example ESMTP\r\n'));
      const { undo } = await site.edited([
        value('controllers', `127.0.0.1:${site.ports.controllers[0]}|127.0.0.1:${port}`),
      ]);
      return {
        async undo() {
          await undo?.();
          await other.close();
        },
      };
    },
  },
  {
    ...{ what: 'a controller that is no address', plant: [value('controllers', 'here')], checks: ['controllers'] },
    found: /no address:port/,
  },
  {
    ...{ what: 'CDRs in another folder', plant: [value('cdr_dir', '/nowhere')], checks: ['cdr-settings'] },
    found: /writes CDRs to \/nowhere/,
  },
  {
    what: 'CDRs of one leg',
    plant: [
      { file: 'autoload_configs/json_cdr.conf.xml', from: '"log-b-leg" value="true"', to: '"log-b-leg" value="false"' },
    ],
    ...{ checks: ['cdr-settings'], found: /called party’s leg/ },
  },
  {
    ...{ what: 'CDR posts to where nobody takes them', plant: [value('cdr_url', 'http://127.0.0.1:9/cdr')] },
    ...{
      checks: ['cdr-settings', 'placeholders'],
      found: /posts CDRs to http:\/\/127\.0\.0\.1:9\/cdr, and the controller listens on none/,
    },
  },
  {
    ...{ what: 'CDR posts with another password', plant: [value('cdr_url', 'http://10.0.0.5:8088/cdr')] },
    ...{ checks: ['cdr-settings', 'placeholders'], found: /another user or password/ },
  },
  {
    ...{ what: 'a claim that ends too early', plant: [value('claim_seconds', '10')], checks: ['cdr-settings'] },
    ...{ found: /billing_claim_seconds is 10/, isFault: false },
  },
];

export const trunks: Fault[] = [
  {
    ...{ what: 'a 3CX that may not call', plant: [value('3cx_host', '192.0.2.9')], checks: ['3cx', 'gateways'] },
    found: /192\.0\.2\.9 may not send calls/,
  },
  {
    ...{ what: 'anybody who may call', checks: ['strangers'], found: /anybody who reaches the SIP port/ },
    plant: [value('3cx_cidr', '0.0.0.0/0')],
  },
  {
    ...{ what: 'a SIP profile that asks nobody who it is', checks: ['profile-settings'], found: /apply-inbound-acl/ },
    plant: [{ file: 'sip_profiles/billing.xml', from: /.*apply-inbound-acl.*\n/, to: '' }],
  },
  {
    ...{ what: 'a SIP profile that was edited', plant: [profile('session-timeout', '0')] },
    ...{ checks: ['profile-settings'], found: /session-timeout of the SIP profile is "0"/, isFault: false },
  },
  {
    ...{
      what: 'a carrier that was changed and whose gateway was not loaded again',
      plant: [value('carrier_port', '5999')],
    },
    ...{
      checks: ['gateways'],
      found: /gateway carrier \(routes\.external\) still goes to [\d.]+:\d+: its file says [\d.]+:5999/,
    },
  },
  {
    ...{ what: 'an emergency gateway that is not there', plant: [value('emergency_gateway', 'nosuch')] },
    ...{ checks: ['gateways'], found: /no gateway nosuch, which billing_emergency_gateway names/ },
  },
];

/** The last, each on top of the one before: nothing puts these back. */
export const gone: Fault[] = [
  {
    ...{ what: 'a SIP profile that does not run', checks: ['profile', 'gateways'], found: /no SIP profile "billing"/ },
    async plant({ freeswitch }) {
      // FreeSWITCH stops no profile in its first ten seconds (sofia.c, "must be up for at least").
      await eventually(
        async () => (/stopping/.test(await freeswitch.api('sofia profile billing stop')) ? true : null),
        20_000,
      );
      await eventually(
        async () => (/Invalid/.test(await freeswitch.api('sofia status gateway carrier')) ? true : null),
        20_000,
      );
      return {};
    },
  },
  {
    ...{ what: 'calls that go to another dialplan, and digits that are taken in another way' },
    ...{ checks: ['profile', 'dtmf-settings', 'profile-settings'], found: /dialplan context public/ },
    plant: (site) => site.restarted([profile('context', 'public'), profile('dtmf-type', 'none')]),
  },
  {
    ...{ what: 'a gateway that no longer answers' },
    ...{ checks: ['gateways', 'profile', 'dtmf-settings', 'profile-settings'] },
    async plant(site) {
      site.silencePbx();
      await eventually(
        async () => (/DOWN/.test(await site.freeswitch.api('sofia status gateway 3cx')) ? true : null),
        60_000,
      );
      return {};
    },
    found: /gateway 3cx \(routes\.internal\) is DOWN/,
  },
];
