import { parseArgs } from 'node:util';
import { databaseFile } from '../../controller/controller.ts';
import { connectInbound } from '../../freeswitch/inbound/event-socket.ts';
import { globalVariables } from '../../operations/doctor/freeswitch-answers.ts';
import { placeTestCall, type TestCallResult } from '../../operations/test-call/test-call.ts';
import { openLocalStore } from '../../store/sqlite/store.ts';
import { systemClock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import { configFromArgs } from '../context.ts';
import { complain, isUsageError, print, printJson, printOwn, UsageError } from '../usage.ts';

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

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  try {
    const options = { code: text, number: text, from: text, talk: text, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: rest, options });
    const { code, number, from = '201', talk = '3' } = values;
    if (code === undefined || number === undefined) throw new UsageError('--code CODE and --number NUMBER are needed');
    if (!/^\d{1,4}$/.test(talk)) throw new UsageError('--talk takes a number of seconds');
    const { host, port, password } = config.freeswitch;
    if (host === '' || config.cdr.dir === '') throw new UsageError('freeswitch.host and cdr.dir must be set');
    const listener = { onEvent: () => undefined, onLost: () => undefined };
    const inbound = await connectInbound({ host, port, password, replyMs }, listener);
    const store = await openLocalStore({ file: databaseFile(config) });
    try {
      const ask = (command: string, rest = ''): Promise<string> => inbound.api(command, rest);
      const variables = await globalVariables(ask);
      const dialled = (variables.get('billing_dial_shortcut') ?? '9').replace(/\\/g, '');
      const codecs = variables.get('billing_codecs') ?? 'PCMU,PCMA';
      const result = await placeTestCall(
        { ...{ extension: from, code, number, dialled, codecs }, talkMs: Number(talk) * 1000 },
        { ask, findRecord: (callId) => store.findCallRecord(callId), cdrFolder: config.cdr.dir, clock: systemClock },
      );
      const { record, cdrBillableMs, disagreements } = result;
      if (values.json === true)
        printJson(process.stdout, {
          callId: result.callId,
          outcome: record.outcome,
          reason: record.reason,
          hangupCause: record.hangupCause,
          billableMs: record.billableMs,
          cdrBillableMs,
          disagreements,
        });
      else print(process.stdout, lines(result));
      return record.outcome === 'answered' && cdrBillableMs !== null && disagreements.length === 0 ? 0 : 1;
    } finally {
      inbound.close();
      await store.close();
    }
  } catch (error) {
    complain(` test-call: ${messageOf(error)}`);
    return isUsageError(error) ? 2 : 1;
  }
}
