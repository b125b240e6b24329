import { PassThrough } from 'node:stream';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reachable } from '../../src/controller/reachable.ts';
import { callCommand } from '../../src/cli/call/call.ts';
import { account, startTestController } from '../support/controller.ts';
import type { TestController } from '../support/controller.ts';

let controller: TestController;
beforeAll(async () => {
  controller = await startTestController();
  await controller.store.addAccount(account('12345', { customerNumbers: ['8016424655'] }));
});
afterAll(() => controller.dispose());

class Terminal extends PassThrough {
  isTTY = true;
  raw: boolean[] = [];
  setRawMode(raw: boolean): void {
    this.raw.push(raw);
  }
}

type Output = { code: number; out: string; err: string };

async function call(
  args: string[],
  stdin: PassThrough = new PassThrough(),
  onOut: (text: string) => void = () => undefined,
): Promise<Output> {
  let out = '';
  let err = '';
  const stdout = {
    write(text: string) {
      out += text;
      onOut(text);
    },
  };
  const stderr = { write: (text: string) => (err += text) };
  const code = await callCommand(args, { stdin, stdout, stderr }, `127.0.0.1:${controller.port}`);
  return { code, out, err };
}

const shortly = ['--talk', '50ms'];

describe('billing-codes call', () => {
  it('runs unattended and shows the dialogue', async () => {
    const { code, out, err } = await call(['--dial', '9', '--keys', '12345**8016424655#', ...shortly]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(
      out
        .replaceAll(/^ +[\d.]+ s {2}/gm, '')
        .trim()
        .split('\n'),
    ).toEqual([
      ...['dials 9', 'hears (beep)', 'keys  12345**8016424655#', 'calls 8016424655', 'hears it ring'],
      ...['is answered', 'is connected', 'hears the other side hang up (NORMAL_CLEARING)'],
    ]);
  });

  it('prints one JSON document', async () => {
    const keys = ['--keys', '99#', '--keys', '12345#', '--keys', '#'];
    const { code, out } = await call(['--dial', '8', ...keys, '--far-end', 'busy', '--json', ...shortly]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ dialled: '8', keyed: ['99#', '12345#', '#'], calledNumber: '8016424655', answered: false },
      ...{ hangupCause: 'USER_BUSY', calleeHangupCause: 'USER_BUSY', endedBy: 'switch' },
      heard: [
        { file: 'phrase:billing_ask_code:first' },
        { file: 'phrase:billing_ask_code:code-unknown' },
        { file: 'phrase:billing_ask_number_or_on_file:first:8016424655' },
        { file: 'phrase:billing_farewell:busy' },
      ],
    });
  });

  it('hangs up when the keys are used up', async () => {
    const { code, out } = await call(['--dial', '8', '--keys', '99#', ...shortly]);
    expect(code).toBe(0);
    expect(out).toMatch(/hangs up \(NORMAL_CLEARING\)\n$/);
  });

  it('takes keys from a terminal, and restores it', async () => {
    const terminal = new Terminal();
    const { code, out } = await call(['--dial', '8', ...shortly], terminal, (text) => {
      if (text.includes('enter your billing code')) terminal.write('12x345#');
      if (text.includes('The number on file')) terminal.write('\u0003');
    });
    expect(code).toBe(0);
    expect(out).toContain('keys  12345#');
    expect(out).toMatch(/hangs up \(NORMAL_CLEARING\)\n$/);
    expect(terminal.raw).toEqual([true, false]);
    expect(terminal.listenerCount('data')).toBe(0);
  });

  it('says what to do when no controller answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, out, err } = await call([
      '--dial',
      '8',
      '--keys',
      '1#',
      '--json',
      '--controller',
      `127.0.0.1:${port}`,
    ]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^billing-codes call: nothing answers on 127\.0\.0\.1:\d+; start a controller with "npm start".*\n$/,
    );
  });

  it('distinguishes a controller that hangs up from one that is not running', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { code, err } = await call(['--dial', '8', '--keys', '1#', '--controller', `127.0.0.1:${port}`]);
    expect([code, err]).toEqual([1, expect.stringContaining('accepted the connection but not the call')]);
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    [['--keys', '1#'], '--dial needs 8, 9 or a number'],
    [['--dial', 'eight', '--keys', '1#'], '--dial needs 8, 9 or a number'],
    [['--dial', '8'], 'give the digits to key with --keys'],
    [['--dial', '8', '--keys', '12a'], '--keys 12a: a phone has the keys'],
    [['--dial', '8', '--keys', '1', '--far-end', 'deaf'], '--far-end deaf: one of answered, busy'],
    [['--dial', '8', '--keys', '1', '--talk', 'long'], '--talk long: a time such as 3s'],
    [['--dial', '8', '--keys', '1', '--controller', 'here'], '--controller needs HOST:PORT'],
    [['--dial', '8', '--keys', '1', '--from', 'me'], '--from needs the number of an extension'],
    [['--dial', '8', '--key', '1'], "Unknown option '--key'"],
  ])('%j is wrong usage', async (args, message) => {
    const { code, out, err } = await call(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^billing-codes call: [^\n]*; see billing-codes call --help\n$/);
    expect(err).toContain(message);
  });

  it('prints help', async () => {
    const { code, out } = await call(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--far-end HOW');
  });
});

describe('the address of a configured controller', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8090'],
    ['0.0.0.0', '127.0.0.1:8090'],
    ['::', '[::1]:8090'],
    ['fd00::5', '[fd00::5]:8090'],
    ['pbx.example', 'pbx.example:8090'],
  ])('that listens on %s is %s', (host, address) => {
    expect(reachable({ host, port: 8090 })).toBe(address);
  });
});
