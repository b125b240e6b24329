import { refused } from '../ending.ts';
import { limitRefusals, type LimitRefusal, type Reason } from '../../words/outcome.ts';
import type { Allowed, CallState, Gathered, Payer } from '../state.ts';
import { ask, codeFailed, codeRefused, codeToAsk, isPhoneRefusal, numberFailed } from './asking.ts';
import { placeOrConfirm } from './confirming.ts';
import { keyedAhead, placeEmergency } from './connecting.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { leave, refuseUnanswered, unlessOver } from './steps.ts';

export function fromDeciding(state: CallState & { name: 'deciding' }, event: CallEvent, options: MachineOptions): Step {
  switch (event.type) {
    case 'number-allowed':
      return numberAllowed(state.gathered, event, options);
    case 'number-refused': {
      const { reason, rule, isCode } = event;
      const { number } = state.gathered;
      const gathered: Gathered =
        number.kind === 'keyed' ? { ...state.gathered, number: { ...number, isCode } } : state.gathered;
      if (gathered.forwarded) return refuseUnanswered(gathered, refused(reason, rule));
      if (reason === 'directory-stale' || isPhoneRefusal(reason) || isLimitRefusal(reason)) {
        return leave(gathered, refused(reason, rule));
      }
      // Whoever has dialled the number before wants that one.
      if (reason === 'level-too-low' && gathered.entry === 'direct') return codeTooLow(gathered, rule, options);
      return numberFailed(gathered, reason, rule, options);
    }
    case 'keyed-ahead':
      return keyedAhead(state, event.digits, options);
    case 'code-refused':
      return codeRefused(
        withoutCodes(state.gathered),
        event.reason,
        codeToAsk(withoutCodes(state.gathered), options),
        options,
      );
    default:
      return unlessOver(state, event);
  }
}

/** Who pays is decided here, for this number: nowhere else does a call come to be placed but for an emergency. */
function numberAllowed(before: Gathered, event: CallEvent & { type: 'number-allowed' }, options: MachineOptions): Step {
  const account = event.payer ?? before.account;
  const gathered: Gathered = { ...before, account };
  const { number, rule, longestTalkMs, mayGoOn, announcement } = event;
  const talk = { longestTalkMs, mayGoOn };
  if (number.callType === 'emergency') return placeEmergency(before, number.dial);
  const allowed = (payer: Payer): Allowed => ({ number, rule, payer, ...talk });
  if (account !== null) {
    if (codeToAsk(gathered, options) === 'authorization' && !gathered.forwarded)
      return ask('authorization', gathered, null);
    const { authorizer } = gathered;
    return placeOrConfirm(gathered, allowed({ kind: 'account', account, authorizer }), announcement);
  }
  switch (event.code) {
    case 'not-needed':
      return placeOrConfirm(gathered, allowed({ kind: 'no-code-needed' }), announcement);
    case 'later':
      return placeOrConfirm(gathered, allowed({ kind: 'code-later' }), announcement);
    case 'needed':
      if (gathered.forwarded) return refuseUnanswered(gathered, refused('no-account-for-forwarding', rule));
      // For this number it cannot be said later.
      if (gathered.codeLater) return codeFailed({ ...gathered, codeLater: false }, 'no-digits', 'code', options);
      return ask(codeToAsk(gathered, options), gathered, null);
  }
}

function codeTooLow(gathered: Gathered, rule: string, options: MachineOptions): Step {
  if (gathered.failedCodes + 1 >= options.tries) return leave(gathered, refused('level-too-low', rule));
  const again = withoutCodes(gathered);
  return codeFailed(again, 'level-too-low', codeToAsk(again, options), options);
}

const withoutCodes = (gathered: Gathered): Gathered => ({
  ...{ ...gathered, account: null, code: '', authorization: '', authorizer: null },
});

/** No other number would do better now. */
function isLimitRefusal(reason: Reason): reason is LimitRefusal {
  return (limitRefusals as readonly string[]).includes(reason);
}
