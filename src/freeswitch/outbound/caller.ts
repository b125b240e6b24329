import type { Caller } from '../../call/ports.ts';
import { dialledKeys } from '../../numbers/written.ts';
import { isEntryMode } from '../../words/entry-mode.ts';
import { forwardingPhone } from './forwarding.ts';
import type { ChannelHeaderName, ChannelHeaders, EventHeaders } from '../wire/headers.ts';

/** Longer texts are cut: no phone shows more, and no record should carry a kilobyte of a stranger's. */
const maxTextLength = 200;

/** `billing_extension` is the number of the calling phone where the dialplan sets it, else the caller's number is. */
export function callerOf(callId: string, header: ChannelHeaders): Caller {
  const entry = header('variable_billing_entry') ?? '';
  const text = (...names: ChannelHeaderName[]): string => {
    const found = names.map(header).find((value) => value !== undefined && value !== '');
    return (found ?? '').slice(0, maxTextLength);
  };
  const dialled = dialledKeys(text('variable_billing_dialled', 'Caller-Destination-Number'));
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
    emergencyNumbers: header('variable_billing_emergency_numbers') ?? '',
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
