import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The disk of one controller, to be filled and slowed down. */
export type Disk = {
  env: Readonly<Record<string, string>>;
  /** `kill N`: the controller dies at its N-th write from now on, 0 being the next. */
  set(state: 'sound' | 'full' | 'slow' | 'hang' | `kill ${number}`): void;
};

/** Builds disk.c; null where there is no C compiler, or this is not Linux. */
export function diskShim(folder: string): string | null {
  if (process.platform !== 'linux') return null;
  const library = join(folder, 'disk.so');
  const built = spawnSync('cc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-o',
    library,
    join(import.meta.dirname, 'disk.c'),
    '-ldl',
  ]);
  return built.status === 0 ? library : null;
}

export function createDisk(shim: string, folder: string, name: string): Disk {
  const control = join(folder, `${name}.disk`);
  const set: Disk['set'] = (state) => writeFileSync(control, state === 'sound' ? 'normal' : state);
  set('sound');
  return { env: { LD_PRELOAD: shim, CHAOS_DISK: control }, set };
}
