import { later } from './call.ts';
import type { Call, Run } from './call.ts';
import { dequeue, tellKeying } from './keys.ts';
import { hear } from './media.ts';
import { keyUnasked } from './phone.ts';
import { getVariable, setVariable } from './variables.ts';

export type Played = { end: 'played' } | { end: 'digit'; digit: string } | { end: 'hangup' };

/**
 * What digits do to a file that plays: `take` hands the first one back and stops; `playback` swallows them and stops at a
 * terminator (mod_dptools.c, on_dtmf); `leave` keeps them for what comes next.
 */
export type OnDigits = 'take' | 'playback' | 'leave';

/** Plays one file, and tells how it ended. */
export function play(call: Call, run: Run, file: string, onDigits: OnDigits, done: (played: Played) => void): void {
  if (file === '' || file.toLowerCase() === 'silence') {
    done({ end: 'played' });
    return;
  }
  if (!file.startsWith('silence_stream:')) {
    if (onDigits !== 'take') tellKeying(call);
    hear(call, file);
    if (onDigits === 'playback') keyUnasked(call, 'whilePlaying');
  }
  const totalMs = call.core.promptMs(file);
  let ended = false as boolean;
  const progress = createProgress(call, totalMs, () => end({ end: 'played' }));
  const end = (played: Played): void => {
    ended = true;
    if (played.end !== 'played') progress.stop();
    forget(run);
    notePosition(call, progress.playedMs());
    done(played);
  };
  run.onHangup = () => end({ end: 'hangup' });
  run.onBreak = () => end({ end: 'played' });
  if (onDigits !== 'leave') {
    run.onDigit = () => {
      const digit = onDigits === 'take' ? dequeue(call) : terminatorIn(call);
      if (digit !== null) end({ end: 'digit', digit });
    };
    if (call.dtmf !== '') run.onDigit();
    if (ended) return;
  }
  if (totalMs === 0) {
    end({ end: 'played' });
    return;
  }
  run.onCovered = progress.stop;
  run.onUncovered = progress.goOn;
  progress.goOn();
}

/** How far a file has played, in whole frames where it was stopped. */
function createProgress(call: Call, totalMs: number, onEnd: () => void) {
  const { clock } = call.core;
  let playedMs = 0;
  let sinceUs = clock.nowUs();
  let cancel = (): void => undefined;
  return {
    playedMs: () => playedMs,
    stop: (): void => {
      cancel();
      playedMs = Math.min(totalMs, playedMs + Math.floor((clock.nowUs() - sinceUs) / 20_000) * 20);
    },
    goOn: (): void => {
      sinceUs = clock.nowUs();
      cancel = later(call, totalMs - playedMs, () => {
        playedMs = totalMs;
        onEnd();
      });
    },
  };
}

function forget(run: Run): void {
  run.onDigit = null;
  run.onHangup = null;
  run.onBreak = null;
  run.onCovered = null;
  run.onUncovered = null;
}

function notePosition(call: Call, playedMs: number): void {
  const { variables } = call.caller;
  setVariable(variables, 'playback_last_offset_pos', `${playedMs * 8}`);
  setVariable(variables, 'playback_seconds', `${Math.floor(playedMs / 1000)}`);
  setVariable(variables, 'playback_ms', `${playedMs}`);
  setVariable(variables, 'playback_samples', `${playedMs * 8}`);
}

/** Takes the keyed digits up to the first that ends `playback`; null: none of them does. */
function terminatorIn(call: Call): string | null {
  const { variables } = call.caller;
  do {
    const digit = dequeue(call);
    const terminators = getVariable(variables, 'playback_terminators') ?? '*';
    if (terminators !== 'any' && (terminators === 'none' || !terminators.includes(digit))) continue;
    setVariable(variables, 'playback_terminator_used', digit);
    call.keying = (call.keying ?? '') + digit;
    if (digit === '#') tellKeying(call);
    return digit;
  } while (call.dtmf !== '');
  return null;
}
