import { checkCodeFor } from '../policy/code.ts';
import type { CallType } from '../words/call-type.ts';
import type { Clock } from '../words/clock.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { AccountSetByHand, AccountWish } from '../words/live-call.ts';
import { rateCall, type CostSettings, type RatedCall } from './cost.ts';
import { permissionOf, type InquirySettings } from './inquiry.ts';
import { stillAllowed } from './last-look.ts';
import type { CallEvent } from './machine/events.ts';
import type { CallDirectory, CallLimits, CallRates, LimitedCall } from './ports.ts';
import type { CallState } from './state.ts';

/** A call that was placed, and whose account can be another one. */
type PlacedState = CallState & { name: 'connecting' | 'talking' | 'settling' };

export type AccountSettingOptions = {
  callId: string;
  state(): CallState;
  directory: Pick<CallDirectory, 'findAccountById' | 'findAccountByCode'>;
  phone: Promise<Extension | null>;
  rates: CallRates;
  limits: Pick<CallLimits, 'change' | 'isNext' | 'ready'>;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  settings: Pick<InquirySettings, 'plan' | 'minimumLevels'> & CostSettings;
  clock: Pick<Clock, 'nowMs'>;
  /** By the clock of the call's times. */
  switchNowMs(): number;
  happen: (event: CallEvent) => void;
};

type Wish = Pick<AccountWish, 'code' | 'by'>;
type Ready = { account: Account; limited: LimitedCall; cost: RatedCall['cost']; rule: string };
type Answer = Exclude<AccountSetByHand, { kind: 'set' }>;

/**
 * Makes a function that has another account pay for the call that is up, from its beginning, by the rules that a caller who keys that code
 * would meet: is the code good, may it and the phone call this number, is the rate open, do the limits allow it. Where they do not,
 * nothing changes. Rejects where the directory cannot be read.
 */
export function accountSetting(options: AccountSettingOptions): (wish: Wish) => Promise<AccountSetByHand> {
  return async (wish) => {
    const found = await allowedAccount(wish, options);
    if (!('account' in found)) return found;
    // It was looked up: the call may have ended meanwhile, or have another account.
    const now = placed(options.state(), found.account);
    return 'kind' in now ? now : set(now, found, options);
  };
}

function placed(state: CallState, account: Account | null): PlacedState | Answer {
  if (state.name !== 'connecting' && state.name !== 'talking' && state.name !== 'settling')
    return { kind: 'not-placed' };
  if (state.allowed.payer.kind === 'emergency') return { kind: 'emergency' };
  const isOver = state.bridge.calleeEnd !== null || (state.name === 'settling' && !state.goesOn);
  if (isOver) return { kind: 'not-placed' };
  return account !== null && state.gathered.account?.id === account.id ? { kind: 'same' } : state;
}

async function allowedAccount({ code, by }: Wish, options: AccountSettingOptions): Promise<Ready | Answer> {
  const { directory, rates, limits, clock, settings } = options;
  const before = placed(options.state(), null);
  if ('kind' in before) return before;
  const { number } = before.allowed;
  const checked = checkCodeFor('pays', await directory.findAccountByCode(code), clock.nowMs());
  if (!checked.ok) return { kind: 'refused', reason: checked.reason, rule: null };
  const { account } = checked;
  const extension = await options.phone;
  const { authorizer } = before.gathered;
  const permission = permissionOf({ account, authorizer, extension, number }, settings);
  if (!permission.allowed) return { kind: 'refused', reason: permission.reason, rule: permission.rule };
  const stale = options.staleRule(number.callType);
  if (stale !== null) return { kind: 'refused', reason: 'directory-stale', rule: stale };
  const { closed, cost } = await rateCall({ number, account, extension, atMs: clock.nowMs() }, rates, settings);
  if (closed !== null) return { kind: 'refused', reason: 'destination-closed', rule: closed };
  const limited: LimitedCall = { parties: { account, extension }, number, cost: cost(false) };
  await limits.ready(limited, clock.nowMs());
  // That may have taken long.
  const payer = { kind: 'account', account, authorizer } as const;
  const changed = await stillAllowed({ payer, number }, { directory, extension, settings, nowMs: clock.nowMs() });
  if (changed?.type === 'code-refused') return { kind: 'refused', reason: changed.reason, rule: null };
  if (changed?.type === 'number-refused') return { kind: 'refused', reason: changed.reason, rule: changed.rule };
  const former = before.gathered.account?.name ?? 'no account';
  return { account, limited, cost, rule: `${permission.rule}; account set by ${by}, before: ${former}` };
}

function set(
  state: PlacedState,
  { account, limited, cost, rule }: Ready,
  options: AccountSettingOptions,
): AccountSetByHand {
  const { callId, limits, clock, happen } = options;
  const { answeredAtMs } = state.bridge;
  const talkedMs = answeredAtMs === null ? 0 : Math.max(0, options.switchNowMs() - answeredAtMs);
  const nowMs = clock.nowMs();
  const priced = { ...limited, cost: cost(limits.isNext(limited.parties, nowMs)) };
  const decision = limits.change({ callId, talkedMs }, priced, nowMs);
  if (!decision.allowed) return { kind: 'refused', reason: decision.reason, rule: decision.rule };
  const { longestMs: longestTalkMs, mayGoOn } = decision;
  happen({ type: 'account-set', account, rule, longestTalkMs, mayGoOn });
  return { kind: 'set' };
}
