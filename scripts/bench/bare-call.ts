import { number } from './call-plan.ts';

/**
 * What our controller sends for the call of call-plan.ts, word for word; `same-commands.ts` holds the two against each other
 * before anything is measured.
 */
export type BareIds = { callId: string; collectId: string; calleeLegId: string; bridgeId: string };

export const hello = 'connect\n\n';
export const goodbye = 'exit\n\n';

/** Once the channel's data are in: subscription and prompt. */
export function opening({ callId, collectId }: BareIds, answerId: string, unsetId: string): string {
  return (
    `linger 15\n\nfilter Unique-ID ${callId}\n\n` +
    'event json CHANNEL_ANSWER CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE\n\n' +
    `api uuid_setvar_multi ${callId} hangup_after_bridge=true;continue_on_fail=true\n\n` +
    execute(callId, 'answer', '', answerId) +
    execute(callId, 'unset', 'read_terminator_used', unsetId) +
    execute(
      callId,
      'play_and_get_digits',
      '0 64 1 10000 # phrase:billing_ask_shortcut:first silence_stream://10 billing_keyed .+ 5000',
      collectId,
    )
  );
}

/** Once digits were collected. */
export function dialling({ callId, calleeLegId, bridgeId }: BareIds, route: string): string {
  const facts = [
    `billing_call_id=${callId}`,
    'billing_entry=shortcut',
    `billing_called=${number}`,
    'billing_call_type=national',
    `billing_callee_leg_id=${calleeLegId}`,
    'billing_account_id=1',
    `billing_called_e164=+1${number}`,
  ];
  const settings = [`origination_uuid=${calleeLegId}`, 'originate_timeout=60', ...facts].join(',');
  const onAnswer = "execute_on_answer='sched_hangup +14400 ALLOTTED_TIMEOUT'";
  return (
    `filter Unique-ID ${calleeLegId}\n\n` +
    execute(callId, 'bridge', `{${settings},${onAnswer}}${route.replace('{number}', number)}`, bridgeId) +
    `api uuid_setvar_multi ${callId} ${facts.join(';')}\n\n`
  );
}

function execute(callId: string, app: string, arg: string, id: string): string {
  return (
    `sendmsg ${callId}\ncall-command: execute\nexecute-app-name: ${app}\nexecute-app-arg: ${arg}\n` +
    `Event-UUID: ${id}\n\n`
  );
}
