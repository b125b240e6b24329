/**
 * Builds the argument of `bridge`. Whatever reaches it is checked against an allow-list, because in a dial string
 * `{}[]<>|,:&^'\` and white space are syntax (switch_ivr_originate.c), and a caller keys or sends part of what goes in.
 */
export type BridgeTarget = {
  /** Endpoint with `{number}` (as keyed) or `{e164}` (digits of the E.164 number, without `+`). */
  route: string;
  number: string;
  e164: string | null;
};

export class DialStringError extends Error {
  override readonly name = 'DialStringError';
}

const numberText = /^[0-9+*#]{1,40}$/;
const variableName = /^[a-z][a-z0-9_]*$/;
const variableValue = /^[A-Za-z0-9_.:+*#-]*$/;
const routeText = /^[A-Za-z0-9_./@:;=-]*$/;

/** `routes.*` of the configuration: an endpoint with exactly one placeholder. */
export function isRoute(route: string): boolean {
  const parts = route.split(/\{(?:number|e164)\}/);
  return parts.length === 2 && parts.every((part) => routeText.test(part));
}

/**
 * `{origination_uuid=…,…}sofia/gateway/carrier/8016424655`. A list of applications to run when the far end answers goes in as
 * `executeOnAnswer`. Throws a `DialStringError` and never builds a doubtful one.
 */
export function bridgeArgument(
  target: BridgeTarget,
  variables: Readonly<Record<string, string>>,
  maxTalkSeconds: number | null,
): string {
  if (!isRoute(target.route)) throw new DialStringError('the route is not one endpoint with {number} or {e164}');
  const number = target.route.includes('{e164}') ? (target.e164?.slice(1) ?? target.number) : target.number;
  if (!numberText.test(number)) throw new DialStringError('the number has characters that a dial string may not have');
  const settings = Object.entries(variables).map(([name, value]) => setting(name, value));
  if (maxTalkSeconds !== null) {
    // Inside FreeSWITCH and on the callee's leg: it counts from the answer and survives the controller.
    settings.push(`execute_on_answer='sched_hangup +${Math.floor(maxTalkSeconds)} ALLOTTED_TIMEOUT'`);
  }
  return `{${settings.join(',')}}${target.route.replace(/\{(?:number|e164)\}/, () => number)}`;
}

/** `name=value`, of names and values that mean nothing to FreeSWITCH's parsers. */
export function setting(name: string, value: string): string {
  if (!variableName.test(name)) throw new DialStringError(`"${name}" is not a variable name`);
  if (!variableValue.test(value)) throw new DialStringError(`the value of ${name} has characters that are syntax`);
  return `${name}=${value}`;
}
