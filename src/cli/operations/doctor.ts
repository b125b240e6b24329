import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { settings } from '../../config/keys.ts';
import type { Config } from '../../config/schema.ts';
import { databaseFile } from '../../controller/database-file.ts';
import { examineAll } from '../../operations/doctor/examine.ts';
import type { Finding } from '../../operations/doctor/finding.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { systemClock } from '../../words/clock.ts';
import { zoneNamed } from '../../words/zone.ts';
import { configFromArgs } from '../context.ts';
import { sqlServerConfig } from '../sqlserver/config.ts';
import { print, printJson, printOwn } from '../usage.ts';

const help = `billing-codes doctor [--strict] [--json] [--SETTING VALUE …]

Looks at the configuration, the database, disk and backups, SQL Server, and FreeSWITCH by its event socket (freeswitch.host, .password):
version, modules, dialplan and where it sends calls, recordings, gateways, CDRs, emergency numbers. Says what to do for each fault.
Changes nothing, and dials nothing.

  --strict   warnings count as faults
  --json     all findings as JSON: check, level (ok, warning, error), found, toDo

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage or configuration.
`;

const signs = { ok: 'ok     ', warning: 'WARNING', error: 'FAULT  ' } as const;

function lines({ check, level, found, toDo }: Finding): string[] {
  return [`${signs[level]}  ${check.padEnd(18)}  ${found}`, ...(toDo === null ? [] : [`${' '.repeat(29)}→ ${toDo}`])];
}

const sqlServerLines = (config: Config) => async (): Promise<string[]> => {
  const [{ examine }, { whatToDo }] = await Promise.all([
    import('../../store/sqlserver/check.ts'),
    import('../sqlserver/sqlserver.ts'),
  ]);
  const zone = zoneNamed(config.site.timeZone);
  return whatToDo(await examine(sqlServerConfig(config), systemClock, zone), config.site.timeZone);
};

/** Files that give a setting which is a secret. */
function secretFiles(origins: ReadonlyMap<string, string>): string[] {
  const secret = settings().filter(({ setting }) => setting.sensitive === true);
  const given = secret.flatMap(({ key }) => origins.get(key) ?? []);
  return [...new Set(given)].filter((where) => existsSync(where));
}

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest, origins } = configFromArgs(args);
  const { values } = parseArgs({ args: rest, options: { strict: { type: 'boolean' }, json: { type: 'boolean' } } });
  const findings = await examineAll({
    ...{ config, file: databaseFile(config), nowMs: () => Date.now() },
    secretFiles: secretFiles(origins()),
    sqlServer: isConfigured(config.sqlserver) ? sqlServerLines(config) : null,
  });
  if (values.json === true) printJson(process.stdout, findings);
  else print(process.stdout, findings.flatMap(lines));
  const counts = values.strict === true ? ['error', 'warning'] : ['error'];
  return findings.some(({ level }) => counts.includes(level)) ? 1 : 0;
}
