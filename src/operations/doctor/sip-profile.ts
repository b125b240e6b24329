import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeswitchConf } from '../shipped.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';
import { locate, paramsOf, preprocessed, valueIn, type FreeSwitch } from './freeswitch-answers.ts';
import { allNamed, parseXml, type Element } from './xml.ts';

const copyIt =
  "copy sip_profiles/billing.xml from freeswitch-conf again (billing-codes install), then fs_cli -x 'sofia profile billing restart'";

/** The SIP profile that runs, and what its file says for the next start. */
export async function examineProfile(freeswitch: FreeSwitch): Promise<Finding[]> {
  const { ask, variables } = freeswitch;
  const running = await ask('sofia', 'xmlstatus profile billing');
  const context = valueIn(running, 'context');
  if (context === '') {
    return [
      fault(
        'profile',
        'FreeSWITCH has no SIP profile "billing" that runs',
        `copy sip_profiles from freeswitch-conf; is port ${variables.get('billing_sip_port') ?? ''} free (its log says so)?`,
      ),
    ];
  }
  return [
    context === 'billing'
      ? ok('profile', `the SIP profile listens on ${valueIn(running, 'url').replace(/^sip:mod_sofia@/, '')}`)
      : fault(
          'profile',
          `the SIP profile "billing" sends calls to the dialplan context ${context}: they are not billed`,
          copyIt,
        ),
    digits(valueIn(running, 'dtmf-mode')),
    ...(await settings(freeswitch)),
  ];
}

function digits(mode: string): Finding {
  if (mode === 'rfc2833') return ok('dtmf-settings', 'digits are taken by RFC 2833');
  return fault('dtmf-settings', `the SIP profile takes digits as ${mode}, not by RFC 2833: no code is heard`, copyIt);
}

/** The profile's own settings, without those of its gateways. */
function settingsOf(elements: readonly Element[]): Map<string, string> {
  const profile = allNamed(elements, 'profile').find(({ attributes }) => attributes['name'] === 'billing');
  return paramsOf(profile?.children.find(({ name }) => name === 'settings') ?? null);
}

/** Without these, anybody's call is taken, or the other side moves a leg through the dialplan: whatever else differs is a site's choice. */
const guards = ['apply-inbound-acl', 'disable-transfer', 'manual-redirect', 'disable-register'];

async function settings(freeswitch: FreeSwitch): Promise<Finding[]> {
  const located = await locate(freeswitch.ask, 'configuration', 'configuration', 'sofia.conf');
  const theirs = settingsOf(located === null ? [] : [located]);
  const text = readFileSync(join(freeswitchConf, 'sip_profiles', 'billing.xml'), 'utf8');
  const shipped = settingsOf(parseXml(preprocessed(text, freeswitch)));
  const differing = [...shipped].filter(([name, value]) => (theirs.get(name) ?? '') !== value);
  const findings = differing.map(([name, value]) => {
    const found = theirs.has(name) ? `"${theirs.get(name) ?? ''}"` : 'missing';
    const line = `${name} of the SIP profile is ${found}, and was shipped as "${value}"`;
    if (guards.includes(name)) return fault('profile-settings', line, copyIt);
    return warning('profile-settings', line, `if that was not meant, ${copyIt}`);
  });
  return allOf('profile-settings', findings, 'the SIP profile is as it was shipped');
}
