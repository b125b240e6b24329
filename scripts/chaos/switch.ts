import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenCdr } from '../../src/simulator/cdr.ts';
import { createSimulator, type SimulatedCall, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import type { Truth } from './judge.ts';
import type { Random } from './random.ts';

/** A simulated FreeSWITCH that can be killed and brought back, and that remembers what really happened. */
export type MortalSwitch = {
  place(script: CallScript): void;
  /** Cuts the connections of some of the calls that are up. */
  cutSockets(random: Random): number;
  /** As `kill -9`: all calls are gone, without CDRs; comes back at once. Answers how many calls it took. */
  kill(): Promise<number>;
  live(): number;
  truths(): Truth[];
  close(): void;
};

export type SwitchOptions = {
  controllers: string;
  eventSocket: { port: number; password: string };
  cdrFolder: string;
  /** Where CDRs are posted to, as `url`s with `user:password`. */
  posts: readonly { url: string; authorization: string }[];
};

export async function startSwitch(options: SwitchOptions): Promise<MortalSwitch> {
  const truths: Truth[] = [];
  const live = new Map<string, { call: SimulatedCall; truth: Truth }>();
  let written = 0;
  let simulator = await launch();

  async function launch(): Promise<Simulator> {
    const started = createSimulator({ controllers: options.controllers, afterSocket: 'socket', onCdr: writeCdr });
    await started.listen(options.eventSocket.password, options.eventSocket.port);
    return started;
  }

  /** First the file, in two steps as a slow writer would; then the post, whoever may be there to take it. */
  function writeCdr({ legId, text }: WrittenCdr): void {
    const file = join(options.cdrFolder, `${legId}.cdr.json`);
    written += 1;
    writeFileSync(file, text.slice(0, 500));
    setTimeout(() => {
      appendFileSync(file, text.slice(500));
      const post = options.posts[written % options.posts.length];
      if (post === undefined) return;
      const { url, authorization } = post;
      fetch(url, { method: 'POST', body: text, headers: { authorization, 'content-type': 'application/json' } }).then(
        (answer) => answer.body?.cancel(),
        () => undefined,
      );
    }, 3);
  }

  return {
    place(script) {
      const truth: Truth = {
        ...{ callId: '', result: null, served: false, placed: false, answeredAtMs: null, killedAtMs: null },
      };
      const call = simulator.placeCall({
        ...script,
        onDialogue({ kind }) {
          if (kind === 'heard' || kind === 'calling') truth.served = true;
          if (kind === 'calling') truth.placed = true;
          if (kind === 'answered') truth.answeredAtMs = Date.now();
        },
      });
      truth.callId = call.callId;
      truths.push(truth);
      live.set(call.callId, { call, truth });
      void call.finished.then((result) => {
        truth.result = result;
        live.delete(call.callId);
      });
    },
    cutSockets(random) {
      const cut = [...live.values()].filter(() => random.below(4) === 0);
      for (const { call } of cut) call.cutSocket();
      return cut.length;
    },
    async kill() {
      simulator.close();
      const taken = live.size;
      for (const { truth } of live.values()) truth.killedAtMs = Date.now();
      live.clear();
      simulator = await launch();
      return taken;
    },
    live: () => live.size,
    truths: () => truths,
    close: () => simulator.close(),
  };
}
