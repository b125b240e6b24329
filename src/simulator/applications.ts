import { bridge } from './originate.ts';
import { later, secondsFromNow } from './call.ts';
import type { Call, Run } from './call.ts';
import { causeNamed } from './causes.ts';
import { finish, hangUp } from './running.ts';
import { isUp } from './leg.ts';
import { answerCaller, heartbeat, preAnswer } from './media.ts';
import { play } from './play.ts';
import { playAndGetDigits, readDigits } from './prompt.ts';
import { separate } from './tokens.ts';
import { getVariable, setVariable } from './variables.ts';

type Application = (call: Call, run: Run) => void;

/** An application that takes no time. */
const atOnce =
  (work: (call: Call, arg: string) => void): Application =>
  (call, run) => {
    work(call, run.arg);
    finish(call, run);
  };

function assign(call: Call, assignment: string): void {
  const at = /[=,]/.exec(assignment)?.index ?? assignment.length;
  setVariable(call.caller.variables, assignment.slice(0, at), assignment.slice(at + 1));
}

/** `multiset a=1 b=2`, or with a separator of one's own: `multiset ^^:a=1:b=2`. Quotes group nothing here. */
function several(arg: string): string[] {
  const own = arg.startsWith('^^');
  return (own ? arg.slice(3) : arg).split(own ? arg.charAt(2) : ' ').filter((part) => part !== '');
}

/** `nolocal:name` is kept under that very name, which is what makes it remote only. */
function exportVariable(call: Call, arg: string): void {
  const { variables } = call.caller;
  const [name = ''] = arg.split('=', 1);
  const value = arg.slice(name.length + 1);
  setVariable(variables, name, value);
  if (value === '') return;
  const exported = getVariable(variables, 'export_vars');
  setVariable(variables, 'export_vars', exported === null ? name : `${exported},${name}`);
}

function takesTime(call: Call, run: Run, ms: number, what: () => void = () => undefined): void {
  const cancel = later(call, ms, () => {
    what();
    finish(call, run);
  });
  run.onHangup = () => {
    cancel();
    finish(call, run);
  };
}

function park(call: Call, run: Run): void {
  run.onHangup = () => finish(call, run);
}

export const applications: Readonly<Record<string, Application>> = {
  answer: atOnce(answerCaller),
  pre_answer: atOnce(preAnswer),
  ring_ready: atOnce(() => undefined),
  set: atOnce(assign),
  multiset: atOnce((call, arg) => several(arg).forEach((part) => assign(call, part))),
  unset: atOnce((call, arg) => setVariable(call.caller.variables, arg, null)),
  multiunset: atOnce((call, arg) => several(arg).forEach((name) => setVariable(call.caller.variables, name, null))),
  export: atOnce(exportVariable),
  log: atOnce(() => undefined),
  info: atOnce(() => undefined),
  flush_dtmf: atOnce((call) => (call.dtmf = '')),
  hangup: atOnce((call, arg) => hangUp(call, arg === '' ? 'NORMAL_CLEARING' : causeNamed(arg), 'switch')),
  /** A final SIP answer to an unanswered call ends it, e.g. `respond 486`. */
  respond: atOnce((call, arg) => {
    if (call.caller.answerState !== 'answered' && /^[3-6]\d\d/.test(arg)) hangUp(call, 'NORMAL_CLEARING', 'switch');
  }),
  /** `sched_hangup +SECONDS [CAUSE]`. */
  sched_hangup: atOnce((call, arg) => {
    const [when = '', cause = 'ALLOTTED_TIMEOUT'] = separate(arg, ' ');
    const seconds = Number.parseInt(when.slice(1), 10) || 0;
    if (seconds === 0) hangUp(call, causeNamed(cause), 'switch');
    else later(call, secondsFromNow(call.core.clock, seconds), () => hangUp(call, causeNamed(cause), 'switch'));
  }),
  enable_heartbeat: atOnce((call, arg) => heartbeat(call, call.caller, Number.parseInt(arg, 10) || 60)),
  sleep: (call, run) => takesTime(call, run, Number.parseInt(run.arg, 10) || 0),
  park,
  playback: (call, run) => {
    const { variables } = call.caller;
    setVariable(variables, 'playback_terminator_used', null);
    play(call, run, run.arg, 'playback', (played) => {
      run.response = played.end === 'hangup' ? 'PLAYBACK ERROR' : 'FILE PLAYED';
      setVariable(variables, 'current_application_response', run.response);
      finish(call, run);
    });
  },
  /** Plays without a digit handler: keys stay for what comes next (mod_dptools.c, loop_playback_function). */
  loop_playback: (call, run) => {
    const [count = '', ...rest] = run.arg.startsWith('+') ? run.arg.slice(1).split(' ') : ['1', run.arg];
    const again = (left: number): void => {
      if (left <= 0 || !isUp(call.caller)) finish(call, run);
      else play(call, run, rest.join(' '), 'leave', () => again(left - 1));
    };
    again(Number.parseInt(count, 10) || 1);
  },
  read: readDigits,
  play_and_get_digits: playAndGetDigits,
  bridge,
};

/** Applications without SAF_SUPPORT_NOMEDIA get media before they run (mod_dptools.c). */
export function needsMedia(name: string): boolean {
  return ['playback', 'read', 'play_and_get_digits'].includes(name);
}
