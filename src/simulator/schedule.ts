import { causeNamed } from './causes.ts';
import { later, secondsFromNow, type Channel, type Core } from './call.ts';
import { hear } from './media.ts';

/** What is planned in the name of a leg, by its id: FreeSWITCH's scheduler has such groups (switch_scheduler.c). */
const planned = new WeakMap<Core, Map<string, (() => void)[]>>();

function groupOf(core: Core, legId: string): (() => void)[] {
  const groups = planned.get(core) ?? new Map<string, (() => void)[]>();
  planned.set(core, groups);
  const group = groups.get(legId) ?? [];
  groups.set(legId, group);
  return group;
}

/** `sched_del ID` of mod_commands.c. */
export function cancelScheduled(core: Core, legId: string): void {
  for (const cancel of groupOf(core, legId).splice(0)) cancel();
}

/** `+60`, from now on, in whole seconds of FreeSWITCH's clock. */
export function schedule({ call, leg }: Pick<Channel, 'call' | 'leg'>, after: string, task: () => void): void {
  const ms = secondsFromNow(call.core.clock, Number.parseInt(after.slice(1), 10) || 0);
  groupOf(call.core, leg.id).push(later(call, ms, task));
}

/** `sched_hangup +SECONDS ID CAUSE`, `sched_broadcast +SECONDS ID PATH aleg` and `sched_del ID`; null: it is none of these. */
export function answerSchedule(core: Core, command: string, words: readonly string[]): string | null {
  const [first = '', second = '', third = ''] = words;
  switch (command) {
    case 'sched_del':
      cancelScheduled(core, first);
      return '+OK\n';
    case 'sched_hangup':
    case 'sched_broadcast': {
      const channel = core.channels.get(second);
      if (channel === undefined) return '-ERR No such channel!\n';
      const end = (): void => channel.kill(causeNamed(third === '' ? 'ALLOTTED_TIMEOUT' : third));
      schedule(channel, first, command === 'sched_hangup' ? end : () => hear(channel.call, third));
      return '+OK\n';
    }
    default:
      return null;
  }
}
