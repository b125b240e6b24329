import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { farEndNamed, farEndNames, isFarEndName } from '../../simulator/far-end.ts';
import type { FarEndName } from '../../simulator/far-end.ts';
import { simulatorName } from '../../words/call-record.ts';
import { createSimulator, toneMs } from '../../simulator/freeswitch.ts';
import { promptText, readSentences } from '../../simulator/prompt-text.ts';
import type { CallResult, DialogueEvent } from '../../simulator/script.ts';
import { reachable } from '../../controller/reachable.ts';
import { configFromArgs } from '../context.ts';
import { phoneLine } from './phone-line.ts';
import { complain, print, printJson, printOwn } from '../usage.ts';

export const callHelp = `billing-codes call [--dial NUMBER] [OPTION …]

A phone in the terminal. It calls a running controller as FreeSWITCH would, and shows what the caller would hear.
Key digits when asked for them; h or Ctrl-C hangs up.

  --dial NUMBER          8: asked for code and number; 9: code**number# in one go; anything else: the number itself.
                         Without it, a terminal asks for it.
  --keys DIGITS          runs unattended: the digits to key at the first prompt; repeat it for the next prompts.
                         When they are used up, the caller hangs up at the next prompt.
  --controller HOST:PORT where the controller listens (default: esl.host and esl.port of the configuration)
  --config FILE, --esl-port PORT and the other settings are those of "billing-codes start".
  --from EXTENSION       number of the calling phone (default: 201)
  --name NAME            its display name
  --far-end HOW          ${farEndNames.join(', ')} (default: answered)
  --talk TIME            length of the conversation, such as 3s, 500ms or 2m (default: 3s)
  --json                 prints one JSON document when the call is over
`;

export type CallIo = {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
};

type CallOptions = {
  dial: string;
  keys: string[] | null;
  controller: string;
  from: string;
  name: string | null;
  farEnd: FarEndName;
  talkMs: number;
  json: boolean;
};

class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function run(args: string[]): Promise<number> {
  const { config, rest } = configFromArgs(args);
  return callCommand(rest, process, reachable(config.esl));
}

/**
 * Exit code: 0 the call ran, whatever came of it; 1 no controller took it; 2 bad usage. `configured`: HOST:PORT of the controller
 * where no `--controller` names it.
 */
export async function callCommand(args: string[], io: CallIo, configured: string): Promise<number> {
  if (args.includes('--help')) {
    printOwn(io.stdout, callHelp);
    return 0;
  }
  let options: CallOptions;
  try {
    const asked = args.some((arg) => arg.startsWith('--dial')) ? [] : await askForNumber(io);
    options = optionsOf([...args, ...asked], configured);
    if (options.keys === null && io.stdin.isTTY !== true) {
      throw new UsageError('without a terminal, give the digits to key with --keys');
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(` call: ${error.message}; see billing-codes call --help`, io.stderr);
    return 2;
  }
  const { result, dialogue } = await place(options, io);
  if (!result.served) {
    complain(` call: ${unserved(options.controller, result.connected)}`, io.stderr);
    return 1;
  }
  if (options.json) printJson(io.stdout, { dialled: options.dial, ...result, dialogue }, 0);
  return 0;
}

/** `--dial` and what was typed; nothing where nobody can be asked. */
async function askForNumber({ stdin, stdout }: CallIo): Promise<string[]> {
  if (stdin.isTTY !== true) return [];
  const line = createInterface({ input: stdin });
  printOwn(stdout, 'Dial 8, 9 or a number, then Enter: ');
  try {
    const { value, done } = await line[Symbol.asyncIterator]().next();
    return ['--dial', done === true ? '' : value.trim()];
  } finally {
    line.close();
  }
}

function unserved(controller: string, connected: boolean): string {
  return connected
    ? `${controller} accepted the connection but not the call; its log says why (is this address in esl.allow?)`
    : `nothing answers on ${controller}; start a controller with "npm start", or give its address with --controller`;
}

async function place(options: CallOptions, io: CallIo): Promise<{ result: CallResult; dialogue: DialogueEvent[] }> {
  const live = options.keys === null;
  const sentences = readSentences();
  const dialogue: DialogueEvent[] = [];
  const simulator = createSimulator({
    ...{ controllers: options.controller, name: simulatorName },
    // A person needs time to read before the time-outs start to run.
    ...(live ? { promptMs: (file) => toneMs(file) + promptText(file, sentences).length * 30 } : {}),
  });
  const call = simulator.placeCall({
    dialled: options.dial,
    callerNumber: options.from,
    ...(options.name === null ? {} : { callerName: options.name }),
    keys: options.keys ?? [],
    outOfKeys: live ? 'wait' : 'hang-up',
    farEnd: farEndNamed(options.farEnd, options.talkMs),
    onDialogue: (event) => {
      dialogue.push(event);
      const line = options.json ? null : phoneLine(event, sentences);
      if (line !== null) print(io.stdout, line);
    },
  });
  const release = live ? listenToKeys(io, call) : () => undefined;
  try {
    return { result: await call.finished, dialogue };
  } finally {
    release();
    simulator.close();
  }
}

/** Keys of the terminal are keys of the phone; the answer gives the terminal back. */
function listenToKeys({ stdin }: CallIo, phone: { press(digits: string): void; hangUp(): void }): () => void {
  const onData = (chunk: Buffer | string): void => {
    for (const char of chunk.toString()) {
      if (/[0-9*#]/.test(char)) phone.press(char);
      // Ctrl-C and Ctrl-D arrive as characters in raw mode.
      else if (char === 'h' || char === '\u0003' || char === '\u0004') phone.hangUp();
    }
  };
  stdin.setRawMode?.(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}

function optionsOf(args: string[], configured: string): CallOptions {
  const text = { type: 'string' } as const;
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        ...{ dial: text, controller: text, from: text, name: text, 'far-end': text, talk: text },
        keys: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(reasonOf(error), {
      cause: error,
    });
  }
  const { dial = '', keys = null, controller = configured, from = '201', name = null, talk = '3s' } = values;
  const farEnd = values['far-end'] ?? 'answered';
  if (!/^[0-9*#+]{1,40}$/.test(dial)) throw new UsageError('--dial needs 8, 9 or a number');
  if (!/^[0-9*#+]{1,40}$/.test(from)) throw new UsageError('--from needs the number of an extension');
  const bad = keys?.find((digits) => !/^[0-9*#]*$/.test(digits));
  if (bad !== undefined) throw new UsageError(`--keys ${bad}: a phone has the keys 0 to 9, * and #`);
  if (!/^\S+:\d+$/.test(controller)) throw new UsageError('--controller needs HOST:PORT');
  if (!isFarEndName(farEnd)) throw new UsageError(`--far-end ${farEnd}: one of ${farEndNames.join(', ')}`);
  return { dial, keys, controller, from, name, farEnd, talkMs: durationMs(talk), json: values.json ?? false };
}

/** `TypeError [ERR_PARSE_ARGS_…]: Unknown option '--key'. …` without its beginning. */
function reasonOf(error: unknown): string {
  return (String(error).split('\n')[0] ?? '').replace(/^\w+ \[\w+\]: /, '');
}

/** `3s`, `500ms`, `2m`; a bare number counts seconds. */
function durationMs(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`--talk ${text}: a time such as 3s, 500ms or 2m`);
  return Math.round(Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000));
}
