import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { withFreeSwitch, type AskFreeSwitch } from '../../operations/doctor/freeswitch-answers.ts';
import { siteDialling } from '../../operations/loopback.ts';
import { placeTestCall, type TestCall, type TestCallResult } from '../../operations/test-call/test-call.ts';
import { systemClock } from '../../words/clock.ts';
import { openLocal } from '../store-command.ts';
import { print, printJson, UsageError } from '../usage.ts';
import { operation } from './operation.ts';

const help = `billing-codes test-call --code CODE --number NUMBER [--from EXTENSION] [--talk SECONDS] [--json]

Places a real call: through FreeSWITCH's loopback into the dialplan, keys CODE**NUMBER# at the shortcut, goes out by the gateway to NUMBER,
which has to answer, and hangs up. Then compares the call record with FreeSWITCH's CDRs, millisecond by millisecond. It costs what such a
call costs. Needs freeswitch.host, cdr.dir and mod_loopback; on a schedule (cron, a systemd timer) it is a meter audit.

  --from EXTENSION  the phone that it comes from (default: 201)
  --talk SECONDS    how long it lasts once it is answered (default: 3)
  --json            the result as JSON

Exit codes: 0 answered, and record and CDRs agree; 1 not; 2 wrong usage.
`;

const replyMs = 70_000;
const text = { type: 'string' } as const;

function lines({ callId, record, cdrBillableMs, disagreements }: TestCallResult): string[] {
  const outcome = `${record.outcome ?? 'open'}${record.reason === null ? '' : ` (${record.reason}, ${record.hangupCause ?? ''})`}`;
  const figures =
    cdrBillableMs === null
      ? `the record has ${record.billableMs} ms, and there is no CDR`
      : `record ${record.billableMs} ms, CDR ${cdrBillableMs} ms, error ${record.billableMs - cdrBillableMs} ms`;
  return [`Call ${callId} was ${outcome}: ${figures}.`, ...disagreements.map((one) => `They disagree on ${one}.`)];
}

function json({ callId, record, cdrBillableMs, disagreements }: TestCallResult): unknown {
  const { outcome, reason, hangupCause, billableMs } = record;
  return { callId, outcome, reason, hangupCause, billableMs, cdrBillableMs, disagreements };
}

const options = { code: text, number: text, from: text, talk: text, json: { type: 'boolean' } } as const;

export const run = operation({
  ...{ name: 'test-call', help },
  async work(args, config) {
    const { values } = parseArgs({ args, options });
    const { code, number, from = '201', talk = '3' } = values;
    if (code === undefined || number === undefined) throw new UsageError('--code CODE and --number NUMBER are needed');
    if (!/^\d{1,4}$/.test(talk)) throw new UsageError('--talk takes a number of seconds');
    if (config.freeswitch.host === '' || config.cdr.dir === '')
      throw new UsageError('freeswitch.host and cdr.dir must be set');
    const called = { extension: from, code, number, talkMs: Number(talk) * 1000 };
    const result = await withFreeSwitch(config.freeswitch, replyMs, (ask) => placed(called, ask, config));
    if (values.json === true) printJson(process.stdout, json(result));
    else print(process.stdout, lines(result));
    const { record, cdrBillableMs, disagreements } = result;
    return record.outcome === 'answered' && cdrBillableMs !== null && disagreements.length === 0 ? 0 : 1;
  },
});

async function placed(
  called: Omit<TestCall, 'dialled' | 'codecs'>,
  ask: AskFreeSwitch,
  config: Config,
): Promise<TestCallResult> {
  const store = await openLocal(config);
  try {
    return await placeTestCall(
      { ...called, ...(await siteDialling(ask)) },
      { ask, findRecord: (callId) => store.findCallRecord(callId), cdrFolder: config.cdr.dir, clock: systemClock },
    );
  } finally {
    await store.close();
  }
}
