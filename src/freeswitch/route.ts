/** How a called number is written in an endpoint: as it was keyed, in E.164 without or with `+`, or as within the country. */
export const numberForms = ['number', 'e164', '+e164', 'national'] as const;
export type NumberForm = (typeof numberForms)[number];

/** How a gateway wants to be told who calls; `none`: it is told nothing but what came from the phone. */
export const callerNumberForms = ['+e164', 'e164', 'national', 'none'] as const;
export type CallerNumberForm = (typeof callerNumberForms)[number];

/** In which header, beside From, the caller's identity goes out: Remote-Party-ID, P-Asserted-Identity (RFC 3325), or none. */
export const identityForms = ['rpid', 'pai', 'none'] as const;
export type IdentityForm = (typeof identityForms)[number];

/** One way out of FreeSWITCH. */
export type Route = {
  /** With one `{number}`, `{e164}`, `{+e164}` or `{national}`. */
  endpoint: string;
  /** Its name in records and logs, at most 60 characters that a channel variable may have. */
  gateway: string;
  numberAs: NumberForm;
  callerNumberAs: CallerNumberForm;
  /** Null: as the SIP profile says. */
  identityAs: IdentityForm | null;
};

/** For people: what a route may be. */
export const routeSyntax =
  'such as sofia/gateway/carrier/{number}: endpoints with {number}, {e164}, {+e164} or {national} (freeswitch-conf/README.md)';

const placeholder = /\{(number|e164|\+e164|national)\}/;
const endpointText = /^[A-Za-z0-9_./@:;=-]*$/;

/** A route as a person writes it: `sofia/gateway/carrier/{+e164}?caller=national&identity=pai`. Null: it is none. */
export function parseRoute(text: string): Route | null {
  const [endpoint = '', query, ...more] = text.split('?');
  const [before = '', form, after, ...rest] = endpoint.split(placeholder);
  const numberAs = numberForms.find((known) => known === form);
  if (more.length > 0 || rest.length > 0 || numberAs === undefined || after === undefined) return null;
  if (!endpointText.test(before) || !endpointText.test(after)) return null;
  const options = readOptions(query);
  if (options === null) return null;
  return { endpoint, gateway: gatewayOf(before, after), numberAs, ...options };
}

export function isRoute(text: string): boolean {
  return parseRoute(text) !== null;
}

/** The endpoint with this number in its place. */
export function endpointWith(route: Route, number: string): string {
  return route.endpoint.replace(placeholder, () => number);
}

type Options = Pick<Route, 'callerNumberAs' | 'identityAs'>;

function readOptions(query: string | undefined): Options | null {
  const options: Options = { callerNumberAs: '+e164', identityAs: null };
  const seen = new Set<string>();
  for (const part of query?.split('&') ?? []) {
    const [name = '', value, ...more] = part.split('=');
    const callerNumberAs = callerNumberForms.find((known) => known === value);
    const identityAs = identityForms.find((known) => known === value);
    if (more.length > 0 || seen.has(name)) return null;
    seen.add(name);
    if (name === 'caller' && callerNumberAs !== undefined) options.callerNumberAs = callerNumberAs;
    else if (name === 'identity' && identityAs !== undefined) options.identityAs = identityAs;
    else return null;
  }
  return options;
}

/** Of `sofia/gateway/carrier/{number}` it is `carrier`; of an endpoint without a gateway, its host, else all of it. */
function gatewayOf(before: string, after: string): string {
  const named = /^sofia\/gateway\/([^/]+)\//.exec(before)?.[1];
  const host = /^@([^;]+)/.exec(after)?.[1];
  const name = named ?? host ?? before + after;
  const safe = name.replaceAll(/[^A-Za-z0-9_.:-]+/g, '-').replaceAll(/^-|-$/g, '');
  return safe === '' ? 'unnamed' : safe.slice(0, 60);
}
