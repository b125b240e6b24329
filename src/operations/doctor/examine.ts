import type { Config } from '../../config/schema.ts';
import { dialPlanOf } from '../../numbers/plan.ts';
import { messageOf } from '../../words/thrown.ts';
import { examineAgreement } from './agreement.ts';
import { examineDialplan, examineSounds } from './dialplan.ts';
import { fault, ok, warning, type Finding } from './finding.ts';
import { globalVariables, isLoopback, withFreeSwitch, type FreeSwitch } from './freeswitch-answers.ts';
import { examineGateways } from './gateways.ts';
import { examineMachine } from './machine.ts';
import { examineSecrets } from './secrets.ts';
import { examineProfile } from './sip-profile.ts';
import { examineStore } from './store.ts';
import { examineSwitch } from './switch.ts';

export type Examined = {
  config: Config;
  /** The local database. */
  file: string;
  /** Of the configuration, those that have a password in them. */
  secretFiles: readonly string[];
  /** What is wrong with SQL Server, a line each that says what to do; null: none is configured. Rejects where it is not reached. */
  sqlServer: (() => Promise<string[]>) | null;
  nowMs: () => number;
};

const answerMs = 5_000;

/** Looks at everything, and changes nothing. */
export async function examineAll({ config, file, secretFiles, sqlServer, nowMs }: Examined): Promise<Finding[]> {
  return [
    ...examineMachine(config, nowMs()),
    ...examineSecrets(config, [...secretFiles, file]),
    ...(await examineStore(file, { isCopy: sqlServer !== null, config, nowMs: nowMs() })),
    ...(sqlServer === null ? [] : await examineSqlServer(sqlServer)),
    ...(await examineFreeSwitch(config, nowMs)),
  ];
}

async function examineSqlServer(look: () => Promise<string[]>): Promise<Finding[]> {
  try {
    const lines = await look();
    if (lines.length === 0) return [ok('sqlserver', 'SQL Server is reachable, its schema and rights are right')];
    return lines.map((line) => fault('sqlserver', line, 'billing-codes sqlserver check says more'));
  } catch (error) {
    return [
      fault(
        'sqlserver',
        messageOf(error),
        'calls go on by the local copy; see that this machine reaches SQL Server (sqlserver.*)',
      ),
    ];
  }
}

async function examineFreeSwitch(config: Config, nowMs: () => number): Promise<Finding[]> {
  const { host } = config.freeswitch;
  if (host === '') {
    return [
      warning(
        'freeswitch',
        'freeswitch.host is not set: FreeSWITCH was not looked at, nor does the controller ask it after a restart which calls are up',
        'set freeswitch.host and freeswitch.password to those of its event socket',
      ),
    ];
  }
  try {
    return await withFreeSwitch(config.freeswitch, answerMs, async (ask) =>
      examineEach({ ask, variables: await globalVariables(ask), isHere: isLoopback(host) }, config, nowMs),
    );
  } catch (error) {
    return [
      fault(
        'freeswitch',
        messageOf(error),
        'start FreeSWITCH; check freeswitch.host, freeswitch.port and freeswitch.password against event_socket.conf.xml',
      ),
    ];
  }
}

async function examineEach(freeswitch: FreeSwitch, config: Config, nowMs: () => number): Promise<Finding[]> {
  const plan = dialPlanOf(config.dialPlan);
  if (!freeswitch.variables.has('billing_controllers')) {
    return [
      fault(
        'freeswitch',
        'FreeSWITCH answers, and has none of our settings (vars_billing.xml)',
        'billing-codes install copies what it needs',
      ),
    ];
  }
  return [
    ok('freeswitch', 'FreeSWITCH answers'),
    ...(await examineSwitch(freeswitch, config, nowMs)),
    ...(await examineDialplan(freeswitch, plan)),
    ...(await examineSounds(freeswitch)),
    ...(await examineProfile(freeswitch)),
    ...(await examineGateways(freeswitch, config)),
    ...(await examineAgreement(freeswitch, config, plan)),
  ];
}
