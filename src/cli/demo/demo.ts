import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '../../words/call-record.ts';
import { loadConfig } from '../../config/load.ts';
import { createLog } from '../../controller/log.ts';
import { startController, type Controller } from '../../controller/controller.ts';
import { maskCode } from '../../words/mask-code.ts';
import { createSimulator, type Simulator } from '../../simulator/freeswitch.ts';
import { readSentences, type Sentences } from '../../simulator/prompt-text.ts';
import { demoAccounts, demoCalls, type DemoCall } from './calls.ts';
import { phoneLine } from '../call/phone-line.ts';
import { tableLines } from '../table.ts';
import { complain, print, printJson, printOwn } from '../usage.ts';

const help = `billing-codes demo [--json]

Starts a controller with sample accounts on a temporary database, lets a simulated FreeSWITCH place ${demoCalls.length} calls over real TCP,
and shows what each caller hears and keys, then the call records. Leaves nothing behind.
`;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) {
    complain(`: demo does not know ${unknown}; see billing-codes demo --help`);
    return 2;
  }
  const json = args.includes('--json');
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-demo-'));
  try {
    return await demonstrate(folder, json);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function demonstrate(folder: string, json: boolean): Promise<number> {
  // The demo is the same on every machine: no file, no environment.
  const config = loadConfig({
    file: null,
    env: {},
    flags: {
      'data.dir': folder,
      'esl.port': '0',
      'console.port': '-1',
      'call.ringSeconds': '2',
      'log.level': 'warn',
      'controller.name': 'demo',
    },
  });
  const controller = await startController(config, createLog({ ...config.log, stream: process.stderr }));
  await controller.store.importAccounts(demoAccounts);
  const { host, port } = controller.address();
  const simulator = createSimulator({ controllers: `${host}:${port}` });
  const say = (line: string): void => {
    if (!json) print(process.stdout, line);
  };
  const sentences = readSentences();
  const calls: { demo: DemoCall; record: CallRecord }[] = [];
  try {
    for (const [index, demo] of demoCalls.entries()) {
      say('');
      say(`${index + 1}. ${demo.title}`);
      const callId = await place(simulator, demo, sentences, say);
      calls.push({ demo, record: await closedRecord(controller, callId) });
    }
  } finally {
    simulator.close();
    await controller.stop(0);
  }
  if (json) printJson(process.stdout, { calls: calls.map(callJson) }, 0);
  else showRecords(calls.map(({ record }) => record));
  return 0;
}

async function place(
  simulator: Simulator,
  demo: DemoCall,
  sentences: Sentences,
  say: (line: string) => void,
): Promise<string> {
  const call = simulator.placeCall({
    ...demo.script,
    onDialogue: (event) => {
      const line = phoneLine(event, sentences);
      if (line !== null) say(line);
    },
  });
  await call.finished;
  return call.callId;
}

/** The record is written beside the call: it may come a moment after its end. */
async function closedRecord(controller: Controller, callId: string): Promise<CallRecord> {
  for (let tries = 0; tries < 500; tries += 1) {
    const record = await controller.store.findCallRecord(callId);
    if (record !== null && record.endedAtMs !== null) return record;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the record of call ${callId} was not closed within ten seconds`);
}

const keyedBy = ({ script }: DemoCall): string =>
  (script.keys ?? []).map((step) => (typeof step === 'string' ? step : step.digits)).join(' ');

function callJson({ demo, record }: { demo: DemoCall; record: CallRecord }): object {
  return {
    title: demo.title,
    entry: demo.entry,
    dialled: demo.script.dialled,
    keyed: keyedBy(demo),
    outcome: record.outcome,
    reason: record.reason,
    billableMs: record.billableMs,
    record,
  };
}

function showRecords(records: readonly CallRecord[]): void {
  const rows = records.map((record, index) => [
    String(index + 1),
    record.entry,
    record.extension,
    maskCode(record.code),
    record.accountName ?? '',
    record.calledE164 ?? record.keyedNumber,
    record.outcome ?? '',
    record.reason ?? '',
    `${(record.billableMs / 1000).toFixed(3)} s`,
    record.hangupCause ?? '',
  ]);
  const header = ['#', 'ENTRY', 'EXT', 'CODE', 'ACCOUNT', 'NUMBER', 'OUTCOME', 'REASON', 'BILLABLE', 'CAUSE'];
  print(process.stdout, ['', 'The call records:', '', ...tableLines([header, ...rows])]);
}
