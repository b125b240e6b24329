import type { ControllerProcess } from './controller.ts';
import type { Disk } from './disk.ts';
import type { Random } from './random.ts';
import type { MortalServer } from './server.ts';
import type { MortalSwitch } from './switch.ts';

export type Victim = { name: string; controller: ControllerProcess; disk: Disk | null };

/** How often each fault was brought about. */
export type FaultCounts = Record<string, number>;

export type Faults = {
  counts: FaultCounts;
  /** No more faults; resolves once the last one is over. */
  stop(): Promise<void>;
};

/** Brings about one fault after another, each undone after a while. `server`: null where there is no SQL Server. */
export function startFaults(
  victims: readonly Victim[],
  fs: MortalSwitch,
  server: MortalServer | null,
  random: Random,
): Faults {
  const counts: FaultCounts = {};
  let stopped = false;
  const isStopped = (): boolean => stopped;

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const count = (what: string, by = 1): void => {
    counts[what] = (counts[what] ?? 0) + by;
  };

  async function revive({ controller, disk }: Victim): Promise<void> {
    disk?.set('sound');
    if (!controller.isUp()) await controller.start();
  }

  async function one(): Promise<void> {
    const victim = random.pick(victims);
    if (server !== null && random.below(4) === 0) {
      const { how, heal } = server.fail(random);
      count(how);
      await pause(random.between(50, 3000));
      // Now and then a controller dies with the link.
      if (random.below(3) === 0) {
        count('controller killed over a bad link');
        await victim.controller.kill();
      }
      await heal();
      await revive(victim);
      return;
    }
    const draw = random.below(100);
    const lastsMs = random.between(50, 1200);
    if (draw < 38) {
      count('controller killed');
      await victim.controller.kill();
      await pause(lastsMs);
      await revive(victim);
    } else if (draw < 46) {
      count('both controllers killed');
      await Promise.all(victims.map(({ controller }) => controller.kill()));
      await pause(lastsMs / 4);
      await Promise.all(victims.map(revive));
    } else if (draw < 56) {
      count('controller stopped by SIGTERM');
      await victim.controller.stop();
      await revive(victim);
    } else if (draw < 62) {
      count('FreeSWITCH killed');
      count('calls that it took with it', await fs.kill());
    } else if (draw < 76) {
      count('sockets cut', fs.cutSockets(random));
    } else if (victim.disk !== null) {
      const state = draw < 88 ? 'full' : 'slow';
      count(`disk ${state}`);
      victim.disk.set(state);
      await pause(lastsMs);
      // Now and then the controller dies before the disk is well again.
      if (random.below(4) === 0) {
        count('controller killed over a bad disk');
        await victim.controller.kill();
      }
      await revive(victim);
    }
  }

  const running = (async () => {
    while (!isStopped()) {
      await pause(random.between(20, 500));
      if (!isStopped()) await one();
    }
    for (const victim of victims) await revive(victim);
  })();

  return {
    counts,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
