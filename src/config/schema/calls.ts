import { longestConversationSeconds } from '../../words/conversation.ts';
import { unknownExtensionPolicies } from '../../call/inquiry.ts';
import { isRoute, routeSyntax } from '../../freeswitch/route.ts';
import { callerNumberSources } from '../../policy/caller-number.ts';
import { parseLevelDemand } from '../../policy/levels.ts';
import { defaultFreeCallTypes } from '../../rating/price.ts';
import { anyNumberOf, integer, listOf, oneOf, oneOrMore, text, yesOrNo } from '../format.ts';
import { setting } from '../setting.ts';
import { callTypeList, e164OrEmpty, milliseconds } from './formats.ts';

const route = text(routeSyntax, isRoute);
const oneRouteOrMore = oneOrMore(route, `one or more routes ${routeSyntax}`);
const anyRoutes = anyNumberOf(route, `routes ${routeSyntax}`);

export const entry = {
  tries: setting('Attempts allowed for the code, and again for the number, before the goodbye', integer(1, 10), 3),
  firstDigitMs: setting('How long to wait for the first digit', integer(1_000, 120_000), 10_000),
  digitMs: setting('How long to wait between digits', integer(500, 60_000), 5_000),
  completeMs: setting('How long to wait for another key once an entry is complete without #', integer(100, 5_000), 400),
  maxDigits: setting('Maximum number of digits in one entry', integer(8, 120), 64),
  unknownExtension: setting(
    'What to do with a call from a phone that is not in the directory or sends no number; emergency calls always go out',
    oneOf(...unknownExtensionPolicies),
    'as-is',
  ),
  directWithoutCode: setting(
    'Call types that need no code on direct entry; nor do the numbers in dialPlan.freeServiceNumbers',
    callTypeList,
    ['internal', 'toll-free'],
  ),
  codeLater: setting(
    'Call types that # instead of a code places at once; who pays is said later (billing-codes calls list --uncoded)',
    callTypeList,
    [],
  ),
  minimumLevels: setting(
    'Authorization levels (1 to 255) that calls demand of the code, by call type or prefix: "international=100, +37190=200" (docs/codes.md)',
    listOf(
      text('a call type or prefix with its level', (value) => parseLevelDemand(value).ok),
      'levels such as international=100',
    ),
    [],
  ),
  twoCodes: setting(
    'Whether every call that needs a code needs two: of an account that authorizes, and of the account that pays (docs/codes.md)',
    yesOrNo,
    false,
  ),
  sayBalance: setting(
    'Whether the caller hears the balance of a prepaid account before a call that costs something',
    yesOrNo,
    false,
  ),
  confirmPrice: setting(
    'Call types before which the caller hears what a minute costs, and presses 1 to place the call; calls without a price are refused',
    callTypeList,
    [],
  ),
};

export const call = {
  ringSeconds: setting('How long the far end may ring', integer(1, 600), 60),
  emergencyRingSeconds: setting(
    'How long an emergency call may ring by its last way out, if that is longer: nobody else can be asked then',
    integer(1, 3600),
    600,
  ),
  gatewaySeconds: setting(
    'How long a gateway may take to make the far end ring, where there is another gateway to try',
    integer(1, 600),
    10,
  ),
  maxTalkSeconds: setting(
    'Maximum length of a conversation in seconds; 0 for no limit. Emergency calls have no limit',
    integer(0, longestConversationSeconds),
    14_400,
  ),
  settleMs: setting('How long to wait for the end of a leg after a failed bridge', milliseconds, 1_000),
  settleAfterTalkMs: setting('How long to wait for the end of a leg after a conversation', milliseconds, 10_000),
  silenceMs: setting('How long FreeSWITCH may stay silent when an event is due', milliseconds, 120_000),
};

export const routes = {
  external: setting(
    'Routes for outbound calls, in order of preference; the next one is tried when a gateway fails',
    oneRouteOrMore,
    ['sofia/gateway/carrier/{number}'],
  ),
  internal: setting('Routes for calls to extensions', anyRoutes, ['sofia/gateway/3cx/{number}']),
  local: setting('Routes for local calls; empty to use routes.external', anyRoutes, []),
  national: setting('Routes for national calls; empty to use routes.external', anyRoutes, []),
  mobile: setting('Routes for calls to mobiles; empty to use routes.external', anyRoutes, []),
  international: setting('Routes for international calls; empty to use routes.external', anyRoutes, []),
  premium: setting('Routes for calls to premium numbers; empty to use routes.external', anyRoutes, []),
  'toll-free': setting('Routes for calls to toll-free numbers; empty to use routes.external', anyRoutes, []),
  service: setting('Routes for calls to services such as 988 and 411; empty to use routes.external', anyRoutes, []),
  emergency: setting('Routes for emergency calls; those of routes.external are tried after them', anyRoutes, []),
};

export const callerNumber = {
  site: setting(
    'Number to show to the called party where account, extension and department have none of their own',
    e164OrEmpty,
    '',
  ),
  emergency: setting(
    'Number to show on emergency calls from phones that have none of their own; empty to use callerNumber.site',
    e164OrEmpty,
    '',
  ),
  sources: setting(
    'Whose numbers may be shown; the last one in this order that has a number is used',
    listOf(oneOf(...callerNumberSources), `some of ${callerNumberSources.join(', ')}`),
    [...callerNumberSources],
  ),
};

export const rating = {
  freeCallTypes: setting('Call types that cost nothing', callTypeList, [...defaultFreeCallTypes]),
};
