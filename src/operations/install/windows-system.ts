import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import type { Machine } from './machine.ts';
import type { Places } from './places.ts';
import { InstallProblem } from './problem.ts';
import { serviceAccount } from './windows-service.ts';
import { stopService } from './windows-stop.ts';

/** node-windows brings WinSW; it is not among our packages, because nobody else needs it. */
const wrapperIn = (program: string): string =>
  join(program, 'node_modules', 'node-windows', 'bin', 'winsw', 'winsw.exe');

/** WinSW reads the configuration that has its own name. */
const wrapperOf = ({ service }: Places): string => service.replace(/\.xml$/, '.exe');

export const windowsMachine: Machine = {
  prepare(program) {
    if (!existsSync(wrapperIn(program)))
      throw new InstallProblem(
        `the wrapper of the service is not there: run "npm install --no-save --omit=dev node-windows@0.1" in ${program} (scripts\\install.ps1 does)`,
      );
  },
  startService({ program, places, cdrFolder }) {
    const wrapper = wrapperOf(places);
    mkdirSync(dirname(wrapper), { recursive: true });
    const isThere = command('sc.exe', 'query', 'billing-codes').ok;
    const running = isThere ? stopService('billing-codes') : null;
    if (running !== null) return { kind: 'failed', why: running };
    if (!existsSync(wrapper)) copyFileSync(wrapperIn(program), wrapper);
    mkdirSync(cdrFolder, { recursive: true });
    const steps: [string, ...string[]][] = [
      ...(isThere ? [] : [[wrapper, 'install'] satisfies [string, string]]),
      ['sc.exe', 'config', 'billing-codes', 'obj=', serviceAccount, 'start=', 'auto'],
      // Passwords, codes and call records are for administrators and the service.
      ['icacls', places.settings, '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F'],
      ['icacls', places.settings, '/grant', `${serviceAccount}:(OI)(CI)M`],
      ['icacls', cdrFolder, '/grant', `${serviceAccount}:(OI)(CI)M`],
      ['icacls', program, '/grant', `${serviceAccount}:(OI)(CI)RX`],
      ['sc.exe', 'start', 'billing-codes'],
    ];
    for (const [name, ...args] of steps) {
      const done = command(name, ...args);
      if (!done.ok) return { kind: 'failed', why: `${name} ${args.join(' ')} failed: ${done.output}` };
    }
    return { kind: 'started' };
  },
  reloadFreeSwitch({ conf }, { port, password }) {
    const client = join(dirname(conf), 'fs_cli.exe');
    return command(client, '-P', String(port), '-p', password, '-x', 'reloadxml').ok;
  },
  typed: (program) => `cd "${program}" and npx billing-codes`,
  howToRestart: () => 'Restart the service FreeSWITCH.',
  stopService(places) {
    const running = stopService('billing-codes');
    if (running !== null) throw new InstallProblem(running);
    command(wrapperOf(places), 'uninstall');
    rmSync(wrapperOf(places), { force: true });
  },
  forgetService: () => undefined,
};
