import type { Config } from '../../config/schema.ts';
import { escaped } from '../doctor/xml.ts';

/** The account that Windows makes for the service alone: it has no password and no rights but those that it is given. */
export const serviceAccount = 'NT SERVICE\\billing-codes';

/**
 * The service as WinSW runs it (https://github.com/winsw/winsw/blob/v2/doc/xmlConfigFile.md): log files of 10 MB, the last 30 of which are
 * kept; it is started again 5 s after it dies, and has as long to stop as live calls may go on. node-windows brings WinSW 1.17, which starts
 * nothing where it reads a word that only a later one knows.
 */
export function windowsService(program: string, node: string, settingsFile: string, { drain }: Config): string {
  return `<service>
  <id>billing-codes</id>
  <name>billing-codes</name>
  <description>Asks callers for billing codes: the controller beside FreeSWITCH</description>
  <executable>${escaped(node)}</executable>
  <arguments>scripts/run.mjs start</arguments>
  <workingdirectory>${escaped(program)}</workingdirectory>
  <env name="BILLING_CONFIG" value="${escaped(settingsFile)}"/>
  <env name="NODE_ENV" value="production"/>
  <logpath>%BASE%\\logs</logpath>
  <log mode="roll-by-size">
    <sizeThreshold>10240</sizeThreshold>
    <keepFiles>30</keepFiles>
  </log>
  <onfailure action="restart" delay="5 sec"/>
  <stoptimeout>${drain.deadlineSeconds + 15} sec</stoptimeout>
  <startmode>Automatic</startmode>
</service>
`;
}
