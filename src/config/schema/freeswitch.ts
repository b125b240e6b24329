import { allowList } from '../../freeswitch/outbound/server.ts';
import { integer, listOf, text } from '../format.ts';
import { renamed, secret, setting } from '../setting.ts';
import { address, anyText, milliseconds } from './formats.ts';

const network = text('an IP address or a network such as 192.0.2.0/24', (value) => {
  try {
    allowList([value]);
    return true;
  } catch {
    return false;
  }
});

export const esl = {
  host: setting('Address to listen on for FreeSWITCH', address, '127.0.0.1'),
  port: setting('TCP port to listen on for FreeSWITCH; 0 for any free port', integer(0, 65_535), 8084),
  allow: setting('Addresses or networks that may connect', listOf(network, 'addresses or networks'), [
    '127.0.0.1',
    '::1',
  ]),
  maxConnections: setting('Maximum number of connections at a time', integer(1, 100_000), 10_000),
  maxHeaderBytes: setting('Maximum size of a message’s headers in bytes', integer(4_096, 1_048_576), 65_536),
  maxBodyBytes: setting('Maximum size of a message’s body in bytes', integer(16_384, 16_777_216), 1_048_576),
  maxUnsentBytes: setting(
    'Maximum number of bytes that a peer may leave unread',
    integer(16_384, 16_777_216),
    1_048_576,
  ),
  firstMessageMs: setting('How long a peer may take to present a call', milliseconds, 10_000),
  replyMs: setting('How long FreeSWITCH may take to answer a command', milliseconds, 30_000),
  lingerSeconds: setting('How long FreeSWITCH keeps the socket open after the hangup', integer(1, 60), 15),
};

export const freeswitch = {
  host: setting(
    'Host of FreeSWITCH’s own event socket, asked after a restart which calls are still up; empty for none',
    text('a host, or empty', (value) => /^\S{0,253}$/.test(value)),
    '',
  ),
  port: setting('TCP port of that event socket', integer(1, 65_535), 8021),
  password: secret('Password of that event socket', anyText, 'ClueCon'),
  coreDb: setting(
    'FreeSWITCH’s core.db (in its db folder) if it is on this machine: it lists the calls that were up when FreeSWITCH was killed; empty for none',
    text('a file, or empty'),
    '',
  ),
};

export const cdr = {
  dir: setting('Folder that mod_json_cdr writes to; empty for none', text('a folder, or empty'), ''),
  user: setting('User name of mod_json_cdr’s HTTP posts', anyText, 'freeswitch'),
  password: secret('Password of mod_json_cdr’s HTTP posts; empty to accept no posts', anyText, ''),
  scanMs: setting('How often to read the folder, besides watching it', milliseconds, 5_000),
  incompleteMs: setting('How long a file may stay incomplete without growing', milliseconds, 60_000),
  settleMs: renamed(
    'cdr.patienceMs',
    setting('How long a CDR waits for that of the other leg, or for the call’s own events', milliseconds, 2_000),
  ),
  waitSeconds: setting(
    'How long after the start an open record waits for a CDR before it is estimated; longer than any conversation',
    integer(0, 1_000_000),
    18_000,
  ),
};
