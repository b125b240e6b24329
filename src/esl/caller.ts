import { isEntryMode, type EntryMode } from '../call/entry-mode.ts';
import { forwardingPhone } from './forwarding.ts';
import type { HeaderName, Headers } from './headers.ts';

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

export function callerOf(callId: string, header: Headers): Caller {
  const entry = header('variable_billing_entry') ?? '';
  const text = (...names: HeaderName[]): string => {
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
    callerName: unescaped(text('Caller-Orig-Caller-ID-Name', 'Caller-Caller-ID-Name')),
    dialled,
    forwardedBy: forwardingPhone(
      header('variable_billing_diversion') ?? '',
      header('variable_billing_history_info') ?? '',
      dialled,
    ),
  };
}

/** FreeSWITCH leaves the quoted pairs of a SIP display name as they came: `\\"` is a quote (RFC 3261, section 25.1). */
function unescaped(name: string): string {
  return name.replace(/\\(["\\])/g, '$1');
}
