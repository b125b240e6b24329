import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controllerProcess, freePorts, type ControllerProcess } from '../../scripts/chaos/controller.ts';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import type { CallResult, CallScript, DialogueEvent } from '../../src/simulator/script.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { account } from './controller.ts';

/** Two controllers of one FreeSWITCH, the first of which is killed while it has calls in every state. */
export type Failover = {
  first: ControllerProcess & { file: string };
  second: ControllerProcess & { file: string };
  /** What became of the calls that the first one had when it was killed. */
  ends: Record<'keying' | 'ringing' | 'talking', CallResult>;
  /** A call that came after its death, and how long it took to be served, in milliseconds. */
  late: { end: CallResult; heardAfterMs: number };
  dispose(): Promise<void>;
};

export const number = '8016424655';
const right = [`12345**${number}#`];

/**
 * Runs it to the end of all calls. FreeSWITCH posts its CDRs to the second controller alone. `prepare` sees to it that a controller
 * knows the account 12345; by default it is put into its local file.
 */
export async function failOver(
  flags: Readonly<Record<string, string>>,
  prepare: (store: LocalStore) => Promise<unknown> = (store) => store.addAccount(account('12345')),
): Promise<Failover> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-failover-'));
  const [aEsl = 0, aHttp = 0, bEsl = 0, bHttp = 0, eventPort = 0] = await freePorts(5);
  const authorization = `Basic ${Buffer.from('freeswitch:secret').toString('base64')}`;
  const posts: Promise<unknown>[] = [];
  const freeswitch = createSimulator({
    ...{ controllers: `127.0.0.1:${aEsl}|127.0.0.1:${bEsl}`, afterSocket: 'socket' },
    onCdr({ text }) {
      const headers = { authorization, 'content-type': 'application/json' };
      posts.push(fetch(`http://127.0.0.1:${bHttp}/cdr`, { method: 'POST', body: text, headers }));
    },
  });
  await freeswitch.listen('secret', eventPort);

  const controller = (name: string, eslPort: number, httpPort: number): Failover['first'] => {
    const home = join(folder, name);
    const process = controllerProcess({
      ...{ name, folder: home, eslPort, httpPort },
      flags: {
        ...{ '--cdr-password': 'secret', '--cdr-settle-ms': '500', '--call-ring-seconds': '8' },
        ...{ '--freeswitch-host': '127.0.0.1', '--freeswitch-port': `${eventPort}`, '--freeswitch-password': 'secret' },
        ...flags,
      },
    });
    return { ...process, file: join(home, 'billing-codes.db') };
  };
  const [first, second] = [controller('first', aEsl, aHttp), controller('second', bEsl, bHttp)];
  for (const one of [first, second]) {
    await one.start();
    const store = await openLocalStore({ file: one.file });
    await prepare(store);
    await store.close();
  }

  function place(
    script: CallScript,
    until: DialogueEvent['kind'],
  ): { reached: Promise<void>; end: Promise<CallResult> } {
    const reached = Promise.withResolvers<undefined>();
    const onDialogue = ({ kind }: DialogueEvent): void => {
      if (kind === until) reached.resolve(undefined);
    };
    return { reached: reached.promise, end: freeswitch.placeCall({ ...script, onDialogue }).finished };
  }
  const talk = { kind: 'answers', talkMs: 2_500, hangsUp: 'callee' } as const;
  const talking = place({ dialled: '9', keys: right, farEnd: { ...talk, afterMs: 20 } }, 'answered');
  await talking.reached;
  const ringing = place({ dialled: '9', keys: right, farEnd: { ...talk, afterMs: 1_200 } }, 'ringing');
  // The first entry is what was being keyed when it died; the second one asks from the start.
  const keys = [{ digits: '123', afterMs: 0 }, ...right];
  const keying = place({ dialled: '9', keys, farEnd: { ...talk, afterMs: 20, talkMs: 300 } }, 'heard');
  await Promise.all([ringing.reached, keying.reached]);
  await first.kill();

  const killedAtMs = Date.now();
  const late = place({ dialled: '9', keys: right }, 'heard');
  await late.reached;
  const heardAfterMs = Date.now() - killedAtMs;
  const ends = { keying: await keying.end, ringing: await ringing.end, talking: await talking.end };
  const lateEnd = await late.end;
  await Promise.all(posts);
  return {
    ...{ first, second, ends, late: { end: lateEnd, heardAfterMs } },
    async dispose() {
      await Promise.all([first.kill(), second.kill()]);
      freeswitch.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
