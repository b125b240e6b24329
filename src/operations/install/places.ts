/** Where a FreeSWITCH keeps its things. */
export type Layout = { binaries: readonly string[]; conf: string; sounds: string; log: string; db: string };

/** Where things go on a kind of system. Paths have slashes, which Windows takes too. */
export type Places = {
  platform: 'linux' | 'win32';
  /** Settings, and what was installed. */
  settings: string;
  copies: string;
  data: string;
  backups: string;
  /** What runs the controller as a service: a unit of systemd, or the configuration of WinSW. */
  service: string;
  /** Settings of an earlier installation, besides those in `settings`. */
  earlier: readonly string[];
  layouts: readonly Layout[];
};

/** The path below another folder, where a drive is a folder: C/x of C:/x. */
export const withoutDrive = (path: string): string => path.replace(/^([A-Z]):/i, '$1');

function prefixed(prefix: string): Layout {
  return {
    binaries: [`${prefix}/bin/freeswitch`],
    ...{ conf: `${prefix}/etc/freeswitch`, sounds: `${prefix}/share/freeswitch/sounds` },
    ...{ log: `${prefix}/var/log/freeswitch`, db: `${prefix}/var/lib/freeswitch/db` },
  };
}

/** Everything in one folder: a build from source as its INSTALL says, and FreeSWITCH's installer for Windows. */
const inOneFolder = (folder: string, binary: string): Layout => ({
  binaries: [`${folder}/${binary}`],
  ...{ conf: `${folder}/conf`, sounds: `${folder}/sounds`, log: `${folder}/log`, db: `${folder}/db` },
});

export const linux: Places = {
  platform: 'linux',
  ...{ settings: '/etc/billing-codes', copies: '/var/backups/billing-codes' },
  ...{ data: '/var/lib/billing-codes', backups: '/var/lib/billing-codes/backups' },
  service: '/etc/systemd/system/billing-codes.service',
  earlier: ['/etc/billing-codes.json', '/opt/billing-codes/billing-codes.json'],
  // Debian's packages, a build from source, and one with another prefix (its FHS layout).
  layouts: [
    {
      binaries: ['/usr/bin/freeswitch'],
      ...{ conf: '/etc/freeswitch', sounds: '/usr/share/freeswitch/sounds' },
      ...{ log: '/var/log/freeswitch', db: '/var/lib/freeswitch/db' },
    },
    inOneFolder('/usr/local/freeswitch', 'bin/freeswitch'),
    ...['/usr/local', '/opt/freeswitch', '/opt/fs'].map(prefixed),
  ],
};

const programData = 'C:/ProgramData/billing-codes';

export const windows: Places = {
  platform: 'win32',
  ...{ settings: programData, copies: `${programData}/replaced` },
  ...{ data: `${programData}/data`, backups: `${programData}/backups` },
  service: `${programData}/service/billing-codes.xml`,
  earlier: ['C:/billing-codes/billing-codes.json'],
  layouts: ['C:/Program Files/FreeSWITCH', 'C:/FreeSWITCH', 'C:/Program Files (x86)/FreeSWITCH'].map((folder) =>
    inOneFolder(folder, 'FreeSwitchConsole.exe'),
  ),
};

/** Of a program that is elsewhere, without a layout of ours: beside it, or in the prefix that it was built for. */
export const layoutBeside = ({ platform }: Places, folder: string, prefix: string): Layout =>
  platform === 'win32' ? inOneFolder(folder, 'FreeSwitchConsole.exe') : prefixed(prefix);
