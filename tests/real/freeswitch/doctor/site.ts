import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Finding } from '../../../../src/operations/doctor/finding.ts';
import { run } from '../../../cli/run.ts';
import { freeswitchConf } from '../../../freeswitch-conf/copy-tree.ts';
import { account, eventually, startTestController } from '../../../support/controller.ts';
import { startFreeswitch, type Freeswitch } from '../freeswitch.ts';
import { checkSite, sitePorts, type SitePorts } from '../requirements.ts';

/** What a planted fault is: variables for the doctor, and how it is put back. */
export type Plant = { env?: Record<string, string>; undo?: () => Promise<unknown> | undefined };

/** A line of a file of FreeSWITCH's configuration, as it is and as it is planted. */
export type Edit = { file: string; from: string | RegExp; to: string };

/** A sound system: FreeSWITCH, a controller with backups, and two gateways that answer. */
export type DoctorSite = {
  /** The folder of all that follows. */
  base: string;
  ports: SitePorts;
  freeswitch: Freeswitch;
  /** The doctor's variables for it. */
  env: Readonly<Record<string, string>>;
  /** `level` is not `ok`. */
  examine(env?: Record<string, string>): Promise<{ code: number | null; stderr: string; wrong: Finding[] }>;
  edited(edits: readonly Edit[]): Promise<Plant>;
  /** A data folder of its own, with a copy of the controller's database. */
  otherData(): Promise<string>;
  /** FreeSWITCH ends, and starts again with these edits. */
  restarted(edits: readonly Edit[]): Promise<Plant>;
  /** The gateway `3cx` answers nothing any more. */
  silencePbx(): void;
  dispose(): Promise<void>;
};

export async function openDoctorSite(): Promise<DoctorSite> {
  const { freeswitch: binary } = await checkSite(process.env);
  const ports = sitePorts(process.env);
  const base = mkdtempSync(join(tmpdir(), 'billing-codes-doctor-'));
  const sounds = join(base, 'sounds');
  cpSync(join(freeswitchConf, 'sounds'), sounds, { recursive: true });
  const answering = await Promise.all([ports.carrier, ports.pbx].map(answerOptions));
  const port = String(ports.controllers[0]);
  const startWith = (edits: readonly Edit[]): Promise<Freeswitch> =>
    startFreeswitch(binary, base, ports, `127.0.0.1:${port}`, {
      values: { '3cx_port': String(ports.pbx), carrier_ping_seconds: '5', claim_seconds: '27', sounds },
      edit: (conf) => void write(conf, edits),
    });
  let freeswitch = await startWith([]);
  const settings = {
    ...{ 'esl.port': port, 'cdr.dir': join(base, 'cdr'), 'backup.dir': join(base, 'backups') },
    ...{ 'controller.name': 'one', 'freeswitch.host': '127.0.0.1', 'freeswitch.port': String(ports.eventSocket) },
    ...{ 'freeswitch.password': 'test-only', 'freeswitch.coreDb': join(base, 'db', 'core.db') },
  };
  const controller = await startTestController(settings);
  await controller.store.addAccount(account('12345'));
  await eventually(() => Promise.resolve(controller.logged().includes('backup taken') ? true : null), 20_000);
  const env: Record<string, string> = {
    ...{ BILLING_DATA_DIR: controller.folder, BILLING_ESL_PORT: port, BILLING_CDR_DIR: join(base, 'cdr') },
    ...{ BILLING_BACKUP_DIR: join(base, 'backups'), BILLING_CONTROLLER_NAME: 'one' },
    ...{ BILLING_FREESWITCH_HOST: '127.0.0.1', BILLING_FREESWITCH_PORT: String(ports.eventSocket) },
    ...{ BILLING_FREESWITCH_PASSWORD: 'test-only', BILLING_FREESWITCH_CORE_DB: join(base, 'db', 'core.db') },
  };
  return {
    ...{ base, ports, env },
    get freeswitch() {
      return freeswitch;
    },
    async restarted(edits) {
      await freeswitch.stop();
      freeswitch = await startWith(edits);
      return {};
    },
    async examine(extra = {}) {
      const { code, stdout, stderr } = await run(['doctor', '--json'], { ...env, ...extra });
      return { code, stderr, wrong: (JSON.parse(stdout) as Finding[]).filter(({ level }) => level !== 'ok') };
    },
    edited: (edits) => edited(join(base, 'conf'), freeswitch, edits),
    async otherData() {
      const data = mkdtempSync(join(base, 'data-'));
      const file = join(data, 'billing-codes.db');
      await run(['backup', file], env);
      return data;
    },
    silencePbx: () => answering.pop()?.close(),
    async dispose() {
      await controller.dispose();
      await freeswitch.stop();
      for (const socket of answering) socket.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Answers OPTIONS as a gateway that is up. */
function answerOptions(port: number): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const kept = message
      .toString('latin1')
      .split('\r\n')
      .filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const answer = ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
    socket.send(answer, from.port, from.address);
  });
  return new Promise((resolve) => socket.bind(port, '127.0.0.1', () => resolve(socket)));
}

/** Answers each file as it was before. */
function write(conf: string, edits: readonly Edit[]): Map<string, string> {
  const before = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(conf, file);
    const text = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has no ${String(from)}`);
    writeFileSync(path, changed);
  }
  return before;
}

async function edited(conf: string, freeswitch: Freeswitch, edits: readonly Edit[]): Promise<Plant> {
  const before = write(conf, edits);
  const reload = async (): Promise<void> => {
    await freeswitch.api('reloadxml');
    await freeswitch.api('reloadacl');
  };
  await reload();
  return {
    undo() {
      for (const [path, text] of before) writeFileSync(path, text);
      return reload();
    },
  };
}

/** Takes connections on a port and does with them what it is told; the connections end with it. */
export function listenOn(port: number, serve: (socket: Socket) => void): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () =>
      resolve({
        close() {
          for (const socket of open) socket.destroy();
          return new Promise((closed) => server.close(() => closed()));
        },
      }),
    );
  });
}

/** Passes what FreeSWITCH's event socket says through, with a text in it replaced by another one of its length. */
export function rewritten(port: number, eventSocket: number, from: string, to: string): ReturnType<typeof listenOn> {
  if (from.length !== to.length) throw new Error('lengths are in what FreeSWITCH says');
  return listenOn(port, (client) => {
    const freeswitch = connect(eventSocket, '127.0.0.1');
    freeswitch.on('error', () => client.destroy());
    client.on('close', () => freeswitch.destroy());
    client.pipe(freeswitch);
    const replacing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        done(null, Buffer.from(chunk.toString('latin1').replace(from, to), 'latin1'));
      },
    });
    freeswitch.pipe(replacing).pipe(client);
  });
}

export function withMode(file: string, mode: number, usual: number): Plant {
  chmodSync(file, mode);
  return {
    undo() {
      chmodSync(file, usual);
      return undefined;
    },
  };
}

/** A file that is gone. */
export function without(file: string): Plant {
  const kept = `${file}.kept`;
  copyFileSync(file, kept);
  rmSync(file);
  return {
    undo() {
      copyFileSync(kept, file);
      rmSync(kept);
      return undefined;
    },
  };
}
