import { connect } from '../../store/sqlserver/connect.ts';
import { addressOf } from '../../store/sqlserver/settings.ts';
import { listControllers, type ListedController } from '../../store/sqlserver/replication/controllers.ts';
import { checkSchema } from '../../store/sqlserver/migrate.ts';
import { tableLines } from '../table.ts';
import { print, printJson } from '../usage.ts';
import type { sqlServerConfig } from './config.ts';

/** Prints every controller that was ever connected. Rejects with a `StoreError`. */
export async function showControllers(target: ReturnType<typeof sqlServerConfig>, asJson: boolean): Promise<void> {
  const where = addressOf(target);
  const pool = await connect(target, () => undefined);
  try {
    await checkSchema(pool, where);
    const controllers = await listControllers(pool, where);
    const { stdout } = process;
    if (asJson) printJson(stdout, { controllers });
    else if (controllers.length === 0) print(stdout, 'No controller has been connected so far.');
    else print(stdout, tableLines([heads, ...controllers.map(row)]));
  } finally {
    await pool.close();
  }
}

const heads = [
  'name',
  'state',
  'since',
  'seen',
  'host',
  'process',
  'version',
  'to read',
  'waiting',
  'since',
  'set aside',
];

function row(one: ListedController): string[] {
  const since = one.state === 'stopped' ? one.stoppedAtMs : one.state === 'lost' ? one.seenAtMs : one.connectedAtMs;
  return [
    ...[one.name, one.state, moment(since), moment(one.seenAtMs), one.host, String(one.processId), one.version],
    ...[toRead(one), String(one.waiting), moment(one.waitingSinceMs), String(one.refused)],
  ];
}

const moment = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z'));

/** Changes that it has not copied yet. */
function toRead({ directoryBehind, ratesBehind }: ListedController): string {
  if (directoryBehind === null || ratesBehind === null) return 'everything';
  return String(directoryBehind + ratesBehind);
}
