/*
 * Every header of FreeSWITCH's events and channel data that anything here reads. A message has about two hundred of them, and
 * those that are not in these lists never get as far as the parser (see trim.ts); the types make sure that nobody reads one.
 * Every name in a list costs time for every header of every message.
 */

/** Of the channel's data, which come once, when FreeSWITCH connects. */
export const channelHeaders = [
  'Event-Name',
  'Unique-ID',
  'Event-Date-Timestamp',
  'FreeSWITCH-Switchname',
  'FreeSWITCH-Hostname',
  'Caller-Caller-ID-Name',
  'Caller-Orig-Caller-ID-Name',
  'Caller-Caller-ID-Number',
  'Caller-ANI',
  'Caller-Destination-Number',
  'variable_billing_entry',
  'variable_billing_extension',
  'variable_billing_dialled',
  'variable_billing_attempt',
  'variable_billing_talked',
  'variable_billing_taken_back',
  'variable_last_bridge_to',
  'variable_billing_emergency_numbers',
  'variable_billing_diversion',
  'variable_billing_history_info',
] as const;

/** Of events. */
export const eventHeaders = [
  'Event-Name',
  'Unique-ID',
  'Event-Date-Timestamp',
  'FreeSWITCH-Switchname',
  'Answer-State',
  'Hangup-Cause',
  'Application-UUID',
  'Caller-Caller-ID-Name',
  'Caller-Orig-Caller-ID-Name',
  'Caller-Channel-Answered-Time',
  'Caller-Channel-Hangup-Time',
  'Caller-Channel-Progress-Time',
  'Caller-Channel-Progress-Media-Time',
  'Caller-Channel-Bridged-Time',
  'DTMF-Digit',
  'variable_answer_uepoch',
  'variable_end_uepoch',
  'variable_billusec',
  'variable_billing_media_timeout_seconds',
  'variable_last_bridge_hangup_cause',
  'variable_hangup_cause',
  'variable_originate_disposition',
  'variable_bridge_hangup_cause',
  'variable_last_bridge_proto_specific_hangup_cause',
  'variable_read_terminator_used',
  'variable_billing_keyed',
  'variable_playback_terminator_used',
] as const;

export type ChannelHeaderName = (typeof channelHeaders)[number];
export type EventHeaderName = (typeof eventHeaders)[number];

/** Reads a header of the channel's data. */
export type ChannelHeaders = (name: ChannelHeaderName) => string | undefined;
/** Reads a header of an event, or a variable of a CDR, by its name in an event: `variable_billusec`, `Hangup-Cause`. */
export type EventHeaders = (name: EventHeaderName) => string | undefined;
