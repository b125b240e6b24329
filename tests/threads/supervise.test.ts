import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '../../src/words/clock.ts';
import { superviseThread, type ThreadExit, type ThreadOptions } from '../../src/threads/supervise.ts';
import { eventually } from '../support/controller.ts';

type Told = 'echo' | 'die' | 'exit' | 'stop' | 'hang' | 'nothing';
const program = join(import.meta.dirname, 'program.ts');
const noProgram = join(import.meta.dirname, 'no-such-program.ts');

function start(when: ThreadOptions<unknown>['start'], file = program) {
  const exits: ThreadExit[] = [];
  const answers: unknown[] = [];
  let nth = 0;
  const thread = superviseThread<Told, unknown>({
    ...{ program: file, name: 'test', start: when },
    data: () => ({ value: { nth: (nth += 1) } }),
    receive: (message) => void answers.push(message),
    exited: (exit) => void exits.push(exit),
  });
  const isOver = (count: number) => eventually(() => Promise.resolve(exits.length >= count ? true : null), 20_000);
  const answered = (count: number) => eventually(() => Promise.resolve(answers.length >= count ? true : null), 20_000);
  return { thread, exits, answers, isOver, answered };
}

/** The pauses that were asked for; each is over at once. */
function quickClock(): { clock: Clock; pauses: number[] } {
  const pauses: number[] = [];
  const after: Clock['after'] = (ms, action) => {
    pauses.push(ms);
    return systemClock.after(0, action);
  };
  return { clock: { ...systemClock, after }, pauses };
}

describe('a supervised thread', () => {
  it('starts with what is needed of it, and again where it died, with data made anew', async () => {
    const { thread, exits, answers, isOver, answered } = start('needed');
    expect(thread.starts()).toBe(0);
    thread.post('echo');
    await answered(1);
    thread.post('die');
    await isOver(1);
    thread.post('echo');
    await answered(2);
    expect(answers).toEqual([
      { nth: 1, told: 'echo' },
      { nth: 2, told: 'echo' },
    ]);
    expect(exits).toMatchObject([{ asked: false, why: 'told to die', isNews: true }]);
    await thread.stop('stop');
    expect(exits.at(-1)).toMatchObject({ asked: true });
    thread.post('echo');
    expect(thread.starts()).toBe(2);
  });

  it('is not terminated while it loads native code, which would end the process', async () => {
    const state = new Int32Array(new SharedArrayBuffer(4));
    const { clock } = quickClock();
    const thread = superviseThread<Told, unknown>({
      ...{ program, name: 'test', start: 'needed', receive: () => undefined, exited: () => undefined },
      data: () => ({ value: { nth: 1, loading: { ms: 300, state } } }),
    });
    thread.post('hang');
    await eventually(() => Promise.resolve(Atomics.load(state, 0) === 1 ? true : null), 20_000);
    await thread.stop('stop', { clock, ms: 0 });
    expect(Atomics.load(state, 0)).toBe(2);
  });

  it('is started again with growing pauses, and a reason that stays is news once', async () => {
    const { clock, pauses } = quickClock();
    const { thread, exits, isOver } = start({ clock, afterMs: 5, againMs: 10, maximumMs: 60_000 }, noProgram);
    await isOver(4);
    await thread.stop('stop');
    expect(pauses.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(exits.slice(0, 4).map(({ isNews }) => isNews)).toEqual([true, false, false, false]);
  });

  it('is told anew of an exit for another reason', async () => {
    const { clock } = quickClock();
    const { thread, exits, isOver } = start({ clock, afterMs: 0, againMs: 1, maximumMs: 60_000 });
    thread.post('exit');
    await isOver(1);
    await eventually(() => Promise.resolve(thread.starts() === 2 ? true : null));
    thread.post('die');
    await isOver(2);
    await thread.stop('stop');
    expect(exits.slice(0, 2)).toMatchObject([
      { why: 'exit code 3', isNews: true },
      { why: 'told to die', isNews: true },
    ]);
  });

  it('counts as dead where it cannot be given its data', () => {
    const exits: ThreadExit[] = [];
    const thread = superviseThread<Told, unknown>({
      ...{ program, name: 'test', start: 'needed', receive: () => undefined },
      data: () => {
        throw new Error('no port');
      },
      exited: (exit) => void exits.push(exit),
    });
    thread.post('echo');
    expect(exits).toMatchObject([{ why: 'no port' }]);
  });

  it('is ended where it does not stop in time', async () => {
    const { thread, exits, answered } = start('needed');
    thread.post('echo');
    await answered(1);
    thread.post('hang');
    await thread.stop('stop', { clock: systemClock, ms: 50 });
    expect(exits).toMatchObject([{ asked: true }]);
  });

  it('is not started by a stop, nor after one', async () => {
    const { thread, exits } = start({ clock: systemClock, afterMs: 1, againMs: 1, maximumMs: 1 });
    await Promise.all([thread.stop('stop'), thread.stop('stop')]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([thread.starts(), exits.length]).toEqual([0, 0]);
  });
});
