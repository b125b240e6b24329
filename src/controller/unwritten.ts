import type { Config } from '../config/schema.ts';
import { unwrittenFields, writeUnwritten } from '../records/unwritten.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import type { Log } from './log.ts';
import { within } from './within.ts';

/** No record is lost: where the database does not take it in time, a file beside it does, or else the log. */
export async function keepUnwritten(
  records: readonly CallRecord[],
  { config, log, clock }: { config: Config; log: Log; clock: Clock },
  withinMs: number,
): Promise<void> {
  if (records.length === 0) return;
  let why = 'the disk hangs';
  const written = writeUnwritten(config.data.dir, records, clock.nowMs()).catch((error: unknown) => {
    why = messageOf(error);
    return null;
  });
  const inTime = await within(written, withinMs, clock);
  const file = inTime ? await written : null;
  if (file !== null) {
    log.error('call records could not be written; the next start will read them from a file', { file });
    return;
  }
  log.error('call records could not be written, not even to a file; they follow', { error: why });
  for (const record of records) log.error('call record', unwrittenFields(record));
}
