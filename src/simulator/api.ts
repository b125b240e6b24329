import type { Channel, Core } from './call.ts';
import { getVariable, setVariable } from './variables.ts';
import { separate } from './tokens.ts';
import { causeNamed } from './causes.ts';
import { press } from './phone.ts';
import { answerSchedule } from './schedule.ts';

const noChannel = '-ERR No such channel!\n';

/** `api` and `bgapi`: the answers of mod_commands.c, for the commands that a controller uses. */
export function answerApi(core: Core, line: string): string {
  const [command = '', ...words] = line.split(' ');
  const rest = line.slice(command.length + 1);
  const channel = core.channels.get(words[0] ?? '');
  switch (command) {
    case 'uuid_exists':
      return channel === undefined ? 'false' : 'true';
    case 'uuid_getvar':
      if (channel === undefined) return noChannel;
      return getVariable(channel.leg.variables, words[1] ?? '') ?? '_undef_';
    case 'uuid_setvar': {
      const [, name, value] = separate(rest, ' ', 3);
      if (name === undefined) return '-USAGE: <uuid> <var> [value]\n';
      if (channel === undefined) return noChannel;
      setVariable(channel.leg.variables, name, value ?? null);
      return '+OK\n';
    }
    case 'uuid_setvar_multi': {
      if (channel === undefined) return noChannel;
      for (const assignment of separate(words.slice(1).join(' '), ';')) {
        const at = assignment.indexOf('=');
        if (at > 0) setVariable(channel.leg.variables, assignment.slice(0, at), assignment.slice(at + 1));
      }
      return '+OK\n';
    }
    case 'uuid_recv_dtmf':
      if (channel === undefined) return noChannel;
      for (const digit of words[1] ?? '') press(channel.call, digit);
      return '+OK\n';
    case 'uuid_break':
      if (channel === undefined) return noChannel;
      channel.call.stack.at(-1)?.onBreak?.();
      return '+OK\n';
    case 'uuid_kill':
      if (channel === undefined) return noChannel;
      channel.kill(words[1] === undefined ? 'NORMAL_CLEARING' : causeNamed(words[1]));
      return '+OK\n';
    case 'status':
      return status(core);
    case 'hostname':
    case 'switchname':
      return core.name;
    case 'version':
      return 'FreeSWITCH Version 1.10.12-release-simulated\n';
    case 'show':
      if (/^channels as json$/.test(rest)) return channelsJson(core);
      if (/^channels count$/.test(rest)) return `\n${core.channels.size} total.\n`;
      return '-USAGE: show channels as json|show channels count\n';
    default:
      return answerSchedule(core, command, words) ?? `-ERR ${command} Command not found!\n`;
  }
}

function status(core: Core): string {
  const up = Math.floor((core.clock.nowUs() - core.startedUs) / 1e6);
  return (
    `UP 0 years, 0 days, ${Math.floor(up / 3600)} hours, ${Math.floor(up / 60) % 60} minutes, ${up % 60} seconds, 0 milliseconds, 0 microseconds\n` +
    'FreeSWITCH (Version 1.10.12 simulated) is ready\n' +
    `${core.sessions} session(s) since startup\n` +
    `${core.channels.size} session(s) - peak ${core.channels.size}, last 5min ${core.channels.size} \n` +
    '0 session(s) per Sec out of max 30, peak 0, last 5min 0 \n1000 session(s) max\nmin idle cpu 0.00/100.00\n'
  );
}

function channelsJson(core: Core): string {
  const rows = [...core.channels.values()].map(channelRow);
  return rows.length === 0 ? '{"row_count": 0}\n' : JSON.stringify({ row_count: rows.length, rows });
}

/** A row of FreeSWITCH's table `channels` (switch_core_sqldb.c). */
function channelRow({ leg, call }: Channel): Record<string, string> {
  const variable = (name: string): string => getVariable(leg.variables, name) ?? '';
  const codec = leg.hasMedia ? { name: 'PCMU', rate: '8000', bits: '64000' } : { name: '', rate: '', bits: '' };
  const created = new Date(leg.times.created / 1000).toISOString().slice(0, 19).replace('T', ' ');
  return {
    uuid: leg.id,
    direction: leg.direction,
    created,
    created_epoch: `${Math.floor(leg.times.created / 1e6)}`,
    name: leg.name,
    state: leg.state,
    cid_name: leg.callerName,
    cid_num: leg.callerNumber,
    ip_addr: '127.0.0.1',
    dest: leg.destination,
    application: variable('current_application'),
    application_data: variable('current_application_data'),
    dialplan: 'XML',
    context: 'public',
    read_codec: codec.name,
    read_rate: codec.rate,
    read_bit_rate: codec.bits,
    write_codec: codec.name,
    write_rate: codec.rate,
    write_bit_rate: codec.bits,
    secure: '',
    hostname: call.core.name,
    presence_id: '',
    presence_data: '',
    accountcode: variable('accountcode'),
    callstate: leg.callState,
    callee_name: leg.callee?.name ?? '',
    callee_num: leg.callee?.number ?? '',
    callee_direction: '',
    call_uuid: leg.callUuid,
    sent_callee_name: '',
    sent_callee_num: '',
    initial_cid_name: leg.callerName,
    initial_cid_num: leg.callerNumber,
    initial_ip_addr: '127.0.0.1',
    initial_dest: leg.destination,
    initial_dialplan: 'XML',
    initial_context: 'public',
  };
}
