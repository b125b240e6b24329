import type { Leg } from './leg.ts';

/** What mod_json_cdr writes for a leg that is over (mod_json_cdr.c, my_on_reporting): the newline comes last. */
export type WrittenCdr = { legId: string; callId: string; text: string };

export function cdrOf(leg: Leg, callId: string, switchName: string): WrittenCdr {
  const variables = Object.fromEntries([...leg.variables.values()].map(({ name, value }) => [name, value]));
  const cdr = {
    'core-uuid': switchName,
    switchname: switchName,
    channel_data: { state: leg.state, direction: leg.direction, state_number: `${leg.stateNumber}` },
    variables: { direction: leg.direction, uuid: leg.id, ...variables },
    callflow: [
      {
        dialplan: 'XML',
        profile_index: '1',
        caller_profile: {
          username: leg.user,
          caller_id_name: leg.callerName,
          caller_id_number: leg.callerNumber,
          destination_number: leg.destination,
          uuid: leg.id,
        },
      },
    ],
  };
  return { legId: leg.id, callId, text: `${JSON.stringify(cdr, null, 2)}\n` };
}
