import type { CallerNumber } from '../policy/caller-number.ts';
import { written, type BridgeTarget } from './dial-string.ts';
import type { IdentityForm } from './route.ts';

export type ShownCaller = CallerNumber & {
  /** An emergency call: whatever the phone asked for, nothing is hidden. */
  neverHidden: boolean;
};

/**
 * Variables of the callee's leg that say who calls. mod_sofia makes From and the identity header of the leg's caller number
 * (sofia_glue.c, sofia_glue_do_invite); a gateway without `caller-id-in-from` keeps its own From.
 *
 * Its privacy flags leave the number in From. So an anonymous call says `anonymous` there (RFC 3323, section 4.1.1.3), and the real
 * number goes to the gateway alone, as RFC 3325 has it: P-Asserted-Identity with `Privacy: id`, which the last network takes out.
 */
export function shownCaller(caller: ShownCaller, { route, plan }: BridgeTarget): Record<string, string> {
  const { callerNumberAs, identityAs } = route;
  const number = caller.number === null ? null : written(caller.number, callerNumberAs, plan);
  if (caller.anonymous) return { ...hidden, ...(number === null ? {} : assertedIdentity(caller.number)) };
  const variables: Record<string, string> = {};
  if (number !== null) variables['origination_caller_id_number'] = number;
  if (identityAs !== null) variables['sip_cid_type'] = cidTypes[identityAs];
  if (caller.neverHidden) variables['origination_privacy'] = 'screen';
  return variables;
}

/** FreeSWITCH's names (sofia_glue.c, sofia_cid_name2type). */
const cidTypes: Record<IdentityForm, string> = { rpid: 'rpid', pai: 'pid', none: 'none' };

const hidden = {
  origination_caller_id_number: 'anonymous',
  origination_caller_id_name: 'Anonymous',
  sip_invite_domain: 'anonymous.invalid',
  origination_privacy: 'screen:hide_name:hide_number',
  // Else it would write the header, too, with the anonymous name.
  sip_cid_type: 'none',
  sip_h_Privacy: 'id',
};

/** A `tel:` URI names no host and is no syntax in a dial string. */
function assertedIdentity(number: string | null): Record<string, string> {
  return number === null ? {} : { 'sip_h_P-Asserted-Identity': `tel:${number}` };
}
