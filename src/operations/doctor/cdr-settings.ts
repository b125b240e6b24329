import type { Config } from '../../config/schema.ts';
import { allOf, fault, warning, type Finding } from './finding.ts';
import { freeSwitchUser, keptOutBy } from './freeswitch-user.ts';
import { isLoopback, locate, paramsOf, type FreeSwitch } from './freeswitch-answers.ts';

/** Whether FreeSWITCH writes and posts CDRs to where the controller takes them. */
export async function examineCdrSettings(freeswitch: FreeSwitch, config: Config): Promise<Finding[]> {
  const { ask, variables } = freeswitch;
  const { cdr } = config;
  const params = paramsOf(await locate(ask, 'configuration', 'configuration', 'json_cdr.conf'));
  const folder = params.get('log-dir') ?? '';
  const url = params.get('url') ?? '';
  const wrong: Finding[] = [];
  if (params.get('log-b-leg') !== 'true') {
    wrong.push(
      fault(
        'cdr-settings',
        'mod_json_cdr writes no CDR of the called party’s leg, which holds the billable time',
        'copy json_cdr.conf.xml from freeswitch-conf',
      ),
    );
  }
  wrong.push(...folders(folder, freeswitch, config), ...rights(folder, freeswitch));
  if (cdr.dir === '' && url === '') {
    wrong.push(
      warning(
        'cdr-settings',
        'no CDR reaches the controller: the end of a call that it does not see is estimated',
        `set cdr.dir to ${folder === '' ? 'the folder of billing_cdr_dir' : folder}, or billing_cdr_url`,
      ),
    );
  }
  wrong.push(...posts(url, freeswitch, config));
  if (url !== '' && params.get('cred') !== `${cdr.user}:${cdr.password}`) {
    wrong.push(
      fault(
        'cdr-settings',
        'FreeSWITCH posts CDRs with another user or password than the controller expects',
        'make billing_cdr_user and billing_cdr_password the same as cdr.user and cdr.password',
      ),
    );
  }
  const claim = Number(variables.get('billing_claim_seconds') ?? 27);
  if (claim <= 25 && claim !== 0) {
    wrong.push(
      warning(
        'cdr-settings',
        `billing_claim_seconds is ${claim}: a controller that is late meets a call that is no longer its own`,
        'set it to 27',
      ),
    );
  }
  return allOf('cdr-settings', wrong, url === '' ? `CDRs go to ${folder}` : `CDRs go to ${folder} and ${url}`);
}

function folders(folder: string, { isHere }: FreeSwitch, { cdr }: Config): Finding[] {
  if (!isHere || cdr.dir === '' || folder === cdr.dir) return [];
  return [
    fault(
      'cdr-settings',
      `FreeSWITCH writes CDRs to ${folder === '' ? 'no folder' : folder}, and the controller reads ${cdr.dir} (cdr.dir)`,
      'make billing_cdr_dir and cdr.dir the same',
    ),
  ];
}

/** mod_json_cdr tells nobody that it cannot write. */
function rights(folder: string, { isHere, variables }: FreeSwitch): Finding[] {
  const user = isHere && folder !== '' ? freeSwitchUser(variables.get('run_dir') ?? '') : null;
  if (user === null) return [];
  try {
    const by = keptOutBy(folder, user);
    if (by === null) return [];
    const where = by === folder ? folder : `${folder}, because it may not enter ${by}`;
    return [
      fault(
        'cdr-settings',
        `FreeSWITCH, which runs as the user with the number ${user.uid}, may not write CDRs to ${where}`,
        `give it the folder, or a group that may write there, which the controller is in, too: chown ${user.uid}:billing-codes ${folder}, chmod 2770 ${folder}`,
      ),
    ];
  } catch {
    // It is not there, or not for us to see, which is said of cdr.dir.
    return [];
  }
}

/** Of an address of this machine alone: another one may be another controller's. */
function posts(url: string, { isHere }: FreeSwitch, { http, freeswitch }: Config): Finding[] {
  if (url === '') return [];
  const toDo = `set billing_cdr_url to http://ADDRESS:${http.port === -1 ? 'PORT' : http.port}/cdr, and http.port and http.host here to match`;
  const to = URL.canParse(url) ? new URL(url) : null;
  if (to === null || to.pathname !== '/cdr')
    return [fault('cdr-settings', `FreeSWITCH posts CDRs to ${url}, which is no controller’s /cdr`, toDo)];
  if (!isLoopback(to.hostname)) return [];
  if (!isHere)
    return [fault('cdr-settings', `FreeSWITCH on ${freeswitch.host} posts CDRs to its own machine (${url})`, toDo)];
  if (Number(to.port === '' ? '80' : to.port) === http.port) return [];
  const listening = http.port === -1 ? 'listens on none' : `listens on port ${http.port}`;
  return [fault('cdr-settings', `FreeSWITCH posts CDRs to ${url}, and the controller ${listening} (http.port)`, toDo)];
}
