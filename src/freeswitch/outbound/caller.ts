import { isEntryMode, type EntryMode } from '../../words/entry-mode.ts';
import { forwardingPhone } from './forwarding.ts';
import type { ChannelHeaderName, ChannelHeaders, EventHeaders } from '../wire/headers.ts';

/** Who calls and how, from the channel's data. All of it but `entry` comes from the caller and is data. */
export type Caller = {
  callId: string;
  switchName: string;
  entry: EntryMode;
  /** Number of the calling phone: `billing_extension` where the dialplan sets it, else the caller's number. */
  extension: string;
  callerName: string;
  /** What was dialled. */
  dialled: string;
  /** Number of the phone that forwarded the call, whose call it is then; null: nobody did. */
  forwardedBy: string | null;
};

/** Longer texts are cut: no phone shows more, and no record should carry a kilobyte of a stranger's. */
const maxTextLength = 200;

export function callerOf(callId: string, header: ChannelHeaders): Caller {
  const entry = header('variable_billing_entry') ?? '';
  const text = (...names: ChannelHeaderName[]): string => {
    const found = names.map(header).find((value) => value !== undefined && value !== '');
    return (found ?? '').slice(0, maxTextLength);
  };
  const dialled = text('variable_billing_dialled', 'Caller-Destination-Number');
  return {
    callId,
    switchName: text('FreeSWITCH-Switchname', 'FreeSWITCH-Hostname'),
    // A dialplan that forgets to set it gets the mode that asks for everything.
    entry: isEntryMode(entry) ? entry : 'prompted',
    extension: text('variable_billing_extension', 'Caller-Caller-ID-Number', 'Caller-ANI'),
    callerName: callerNameOf(header),
    dialled,
    forwardedBy: forwardingPhone(
      header('variable_billing_diversion') ?? '',
      header('variable_billing_history_info') ?? '',
      dialled,
    ),
  };
}

/** The display name, from the channel's data or from an event of its leg; empty: none. */
export function callerNameOf(header: ChannelHeaders | EventHeaders): string {
  const name = header('Caller-Orig-Caller-ID-Name') || header('Caller-Caller-ID-Name');
  return unescaped((name ?? '').slice(0, maxTextLength));
}

/** FreeSWITCH leaves the quoted pairs of a SIP display name as they came: `\\"` is a quote (RFC 3261, section 25.1). */
function unescaped(name: string): string {
  return name.replace(/\\(["\\])/g, '$1');
}
