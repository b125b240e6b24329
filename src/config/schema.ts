import { hostname } from 'node:os';
import { z } from 'zod';
import { unknownExtensionPolicies } from '../call/inquiry.ts';
import { allowList } from '../freeswitch/outbound/server.ts';
import { isRoute, routeSyntax } from '../freeswitch/route.ts';
import { callerNumberSources } from '../policy/caller-number.ts';
import { isE164 } from '../numbers/e164.ts';
import { isCountry } from '../numbers/metadata.ts';
import { usualOutsideLine } from '../numbers/plan.ts';
import { callTypes } from '../words/call-type.ts';
import { defaultFreeCallTypes } from '../rating/price.ts';
import { isTimeZone } from '../reports/period.ts';
import {
  anyNumberOf,
  digits,
  digitsOrNothing,
  integer,
  jsonList,
  listOf,
  oneOf,
  oneOrMore,
  text,
  yesOrNo,
  type Format,
} from './format.ts';

/** One value: what it is for, what it may be, and what it is where nobody says otherwise. */
export type Setting<T> = { doc: string; format: Format<T>; default: T; sensitive?: true };

function setting<T>(doc: string, format: Format<T>, value: NoInfer<T>): Setting<T> {
  return { doc, format, default: value };
}

/** Masked wherever settings are shown. */
function secret<T>(doc: string, format: Format<T>, value: NoInfer<T>): Setting<T> {
  return { ...setting(doc, format, value), sensitive: true };
}

const address = text('an IP address or a network such as 192.0.2.0/24', (value) => {
  try {
    allowList([value]);
    return true;
  } catch {
    return false;
  }
});
const route = text(routeSyntax, isRoute);
const oneRouteOrMore = oneOrMore(route, `one or more routes ${routeSyntax}`);
const anyRoutes = anyNumberOf(route, `routes ${routeSyntax}`);
const e164OrNothing = text(
  'a number in E.164 such as +18015550100, or nothing',
  (value) => value === '' || isE164(value),
);
const anyText = text('text');
const digitList = listOf(digits, 'digits');
const lengthList = listOf(integer(1, 15), 'lengths');
const callTypeList = listOf(oneOf(...callTypes), `call types (${callTypes.join(', ')})`);
const milliseconds = integer(1, 3_600_000);

/** Every setting there is. The key in a file is its place here; see `load.ts` for environment variables and flags. */
export const schema = {
  controller: {
    name: setting(
      'Name of this controller, in every record it writes',
      text('a name', (v) => /^\S{1,60}$/.test(v)),
      hostname(),
    ),
  },
  site: {
    timeZone: setting(
      'Time zone that reports count days and hours in',
      text('a time zone such as America/Denver', isTimeZone),
      'UTC',
    ),
    name: setting('Who sends statements of calls, at their top', anyText, ''),
    address: setting('Lines below that name', listOf(anyText, 'lines'), []),
    logo: setting('Logo above it: a PNG or JPEG file; nothing: none', anyText, ''),
  },
  mail: {
    url: secret(
      'Mail server that reports and notices are sent by: smtp://user:password@host:587; nothing: none',
      anyText,
      '',
    ),
    from: setting('Address that they are sent from', anyText, ''),
  },
  emergency: {
    mailTo: setting(
      'Addresses that are told of every emergency call by e-mail (mail.url, mail.from)',
      listOf(
        text('an address', (value) => z.email().safeParse(value).success),
        'e-mail addresses',
      ),
      [],
    ),
    webhook: secret('http or https address that every emergency call is posted to as JSON; nothing: none', anyText, ''),
    webhookSecret: secret(
      'Sent with it as "Authorization: Bearer …"; nothing: none',
      text('visible characters, or nothing', (value) => /^[\x21-\x7e]*$/.test(value)),
      '',
    ),
  },
  reports: {
    schedules: setting('Reports that are made and sent again and again (docs/reports.md)', jsonList, []),
  },
  data: {
    dir: setting(
      'Folder of the local database',
      text('a folder', (value) => value !== ''),
      'data',
    ),
  },
  esl: {
    host: setting(
      'Address on which FreeSWITCH is waited for',
      text('an address', (value) => value !== ''),
      '127.0.0.1',
    ),
    port: setting('TCP port on which FreeSWITCH is waited for; 0: any that is free', integer(0, 65_535), 8084),
    allow: setting('Addresses or networks that may connect', listOf(address, 'addresses or networks'), [
      '127.0.0.1',
      '::1',
    ]),
    maxConnections: setting('Most connections at a time', integer(1, 100_000), 10_000),
    maxHeaderBytes: setting('Most bytes of the headers of one message', integer(4_096, 1_048_576), 65_536),
    maxBodyBytes: setting('Most bytes of the body of one message', integer(16_384, 16_777_216), 1_048_576),
    maxUnsentBytes: setting('Most bytes that a peer may leave unread', integer(16_384, 16_777_216), 1_048_576),
    firstMessageMs: setting('How long a peer may take to present a call', milliseconds, 10_000),
    replyMs: setting('How long FreeSWITCH may take to answer a command', milliseconds, 30_000),
    lingerSeconds: setting('How long FreeSWITCH keeps the socket after the hangup', integer(1, 60), 15),
  },
  entry: {
    tries: setting('Entries of a code, and of a number, before the goodbye', integer(1, 10), 3),
    firstDigitMs: setting('Time for the first digit', integer(1_000, 120_000), 10_000),
    digitMs: setting('Time between digits', integer(500, 60_000), 5_000),
    completeMs: setting('Time for a further key after an entry that is complete without #', integer(100, 5_000), 400),
    maxDigits: setting('Most digits of one entry', integer(8, 120), 64),
    unknownExtension: setting(
      'Calls from phones that the directory does not know, or without a number: as-is, code-always, or refuse; emergency calls go out',
      oneOf(...unknownExtensionPolicies),
      'as-is',
    ),
    directWithoutCode: setting(
      'Call types that direct entry asks no code for; nor does it for dialPlan.freeServiceNumbers',
      callTypeList,
      ['internal', 'toll-free'],
    ),
  },
  call: {
    ringSeconds: setting('How long the far end may ring', integer(1, 600), 60),
    gatewaySeconds: setting(
      'How long a gateway may take until the far end rings, where another one is to be tried after it',
      integer(1, 600),
      10,
    ),
    maxTalkSeconds: setting(
      'Longest conversation in seconds, 0: no limit; emergency calls have none',
      integer(0, 604_800),
      14_400,
    ),
    settleMs: setting('Wait for the end of a leg after a failed bridge', milliseconds, 1_000),
    settleAfterTalkMs: setting('Wait for the end of a leg after a conversation', milliseconds, 10_000),
    silenceMs: setting('How long FreeSWITCH may be silent where it owes an event', milliseconds, 120_000),
  },
  routes: {
    external: setting(
      'Where calls go out, the preferred one first; the next one is tried where a gateway fails',
      oneRouteOrMore,
      ['sofia/gateway/carrier/{number}'],
    ),
    internal: setting('Where calls to extensions go', anyRoutes, ['sofia/gateway/3cx/{number}']),
    local: setting('Local calls; nothing: as routes.external', anyRoutes, []),
    national: setting('National calls; nothing: as routes.external', anyRoutes, []),
    mobile: setting('Calls to mobiles; nothing: as routes.external', anyRoutes, []),
    international: setting('International calls; nothing: as routes.external', anyRoutes, []),
    premium: setting('Calls to premium numbers; nothing: as routes.external', anyRoutes, []),
    'toll-free': setting('Calls to toll-free numbers; nothing: as routes.external', anyRoutes, []),
    service: setting('Calls to services such as 988 and 411; nothing: as routes.external', anyRoutes, []),
    emergency: setting('Emergency calls; after them those of routes.external are tried', anyRoutes, []),
  },
  callerNumber: {
    site: setting(
      'Number that who is called is shown, where nothing below the site has one of its own',
      e164OrNothing,
      '',
    ),
    emergency: setting(
      'Number shown on emergency calls of phones that have no number of their own; nothing: callerNumber.site',
      e164OrNothing,
      '',
    ),
    sources: setting(
      'Whose numbers count; of those that have one, the last in this order is shown',
      listOf(oneOf(...callerNumberSources), `some of ${callerNumberSources.join(', ')}`),
      [...callerNumberSources],
    ),
  },
  dialPlan: {
    country: setting(
      'Country of the site in ISO 3166 letters; what is left out below comes from there. Nothing: US, or that of dialPlan.countryCode',
      text('the two letters of a country such as US, or nothing', (value) => value === '' || isCountry(value)),
      '',
    ),
    nationalCountries: setting(
      'Further countries whose numbers count as national, e.g. PR, VI',
      listOf(text('the two letters of a country', isCountry), 'countries in ISO 3166 letters'),
      [],
    ),
    countryCode: setting('Country code; nothing: that of the country', digitsOrNothing, ''),
    internationalPrefixes: setting('Prefixes of international calls; none: those of the country', digitList, []),
    nationalPrefix: setting('Prefix of national calls; nothing: that of the country', digitsOrNothing, ''),
    nationalLengths: setting('Lengths of a national number without prefix; none: those of the country', lengthList, []),
    areaCode: setting('Own area code, for local dialling; nothing: no local dialling', digitsOrNothing, ''),
    localLengths: setting(
      'Lengths of a number dialled without area code; none: whatever makes a number behind it',
      lengthList,
      [],
    ),
    extensionLengths: setting('Lengths of extensions', lengthList, [3, 4]),
    outsideLine: setting(
      'Digits that callers may key for an outside line, which are not dialled; usual: 9 in North America, else none; nothing: none',
      text('digits, usual, or nothing', (value) => value === usualOutsideLine || /^\d{0,5}$/.test(value)),
      usualOutsideLine,
    ),
    emergencyNumbers: setting('Emergency numbers; none: those of the country', digitList, []),
    serviceNumbers: setting('Short codes of services such as 988 and 411; none: those of the country', digitList, []),
    freeServiceNumbers: setting('Services that need no code; none: those that are free in the country', digitList, []),
    newRanges: setting(
      'Country code and first digits of number ranges that are newer than the metadata, e.g. 1835',
      digitList,
      [],
    ),
    localPrefixes: setting('National prefixes that are local calls; none: the area code', digitList, []),
    mobilePrefixes: setting('National prefixes of mobiles, beside what the country says', digitList, []),
    premiumPrefixes: setting('National prefixes of premium numbers, beside what the country says', digitList, []),
    tollFreePrefixes: setting('National prefixes of toll-free numbers, beside what the country says', digitList, []),
  },
  rating: {
    freeCallTypes: setting('Call types that cost nothing', callTypeList, [...defaultFreeCallTypes]),
  },
  sqlserver: {
    server: setting('Host of SQL Server; nothing: the local file is the system of record', anyText, ''),
    port: setting('TCP port of SQL Server', integer(1, 65_535), 1433),
    database: setting('Database', anyText, 'billing'),
    user: setting('Login', anyText, ''),
    password: secret('Password of the login', anyText, ''),
    domain: setting('Windows domain of the login, for NTLM; nothing: a SQL login', anyText, ''),
    connectionString: secret('All of the above in one, instead: Server=…;Database=…;User Id=…;Password=…', anyText, ''),
    encrypt: setting('Encrypt the connection', yesOrNo, true),
    trustServerCertificate: setting('Take a certificate that nobody vouches for', yesOrNo, false),
    tdsVersion: setting('7_4; 7_3_B for SQL Server 2008 R2, 7_3_A for 2008', oneOf('7_4', '7_3_B', '7_3_A'), '7_4'),
    legacyTls: setting('Take TLS 1.0, which SQL Server 2008 needs', yesOrNo, false),
    connectTimeoutMs: setting('How long connecting may take', milliseconds, 15_000),
    requestTimeoutMs: setting('How long one request may take', milliseconds, 30_000),
    syncMs: setting('How often the directory is asked for changes', integer(100, 60_000), 500),
    lookupMs: setting('How long a code that is not known here may be looked up there', milliseconds, 500),
  },
  offline: {
    policy: setting(
      'When SQL Server has been away too long: refuse, or allow calls by what is known here',
      oneOf('refuse', 'allow'),
      'refuse',
    ),
    maxAgeMinutes: setting('How old what is known here may be', integer(1, 525_600), 240),
    alwaysAllowed: setting('Call types that are never stopped for that; emergency never is', callTypeList, []),
  },
  freeswitch: {
    host: setting(
      'Host of the event socket of FreeSWITCH itself, asked after a restart which calls are still up; nothing: not asked',
      text('a host, or nothing', (value) => /^\S{0,253}$/.test(value)),
      '',
    ),
    port: setting('TCP port of that event socket', integer(1, 65_535), 8021),
    password: { ...setting('Its password', text('text'), 'ClueCon'), sensitive: true } as const,
    coreDb: setting(
      'FreeSWITCH’s core.db (in its db folder), where it is on this machine: what it left of calls when it was killed; nothing: not read',
      text('a file, or nothing'),
      '',
    ),
  },
  cdr: {
    dir: setting('Folder that mod_json_cdr writes to; nothing: none', text('a folder, or nothing'), ''),
    user: setting('User of mod_json_cdr’s HTTP post', text('text'), 'freeswitch'),
    password: {
      ...setting('Password of mod_json_cdr’s HTTP post; nothing: posts are not taken', text('text'), ''),
      sensitive: true,
    } as const,
    scanMs: setting('How often the folder is read, beside watching it', milliseconds, 5_000),
    incompleteMs: setting('How long a file may stay incomplete without growing', milliseconds, 60_000),
    patienceMs: setting('How long the CDR of one leg waits for that of the other', milliseconds, 2_000),
    waitSeconds: setting(
      'How long, from the start on, an open record waits for a CDR before it is estimated; longer than any conversation',
      integer(0, 1_000_000),
      18_000,
    ),
  },
  http: {
    host: setting(
      'Address of the HTTP server',
      text('an address', (value) => value !== ''),
      '127.0.0.1',
    ),
    port: setting('TCP port of the HTTP server: /healthz, /readyz, /cdr; -1: none; 0: any', integer(-1, 65_535), -1),
  },
  drain: {
    deadlineSeconds: setting('How long live calls may go on after a stop was asked for', integer(0, 86_400), 30),
  },
  log: {
    level: setting(
      'error, warn, info, or debug for every step of every call',
      oneOf('error', 'warn', 'info', 'debug'),
      'info',
    ),
    format: setting('text to read, json for a collector', oneOf('text', 'json'), 'text'),
  },
} as const;

type Values<S> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : Values<S[K]> };

/** The effective configuration. */
export type Config = Values<typeof schema>;
