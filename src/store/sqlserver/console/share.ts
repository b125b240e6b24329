import type sql from 'mssql';
import { shareConsole } from '../../replication/share-console.ts';
import type { ConsoleReplica } from '../../ports/console-replica.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import { sharedConsole } from './shared.ts';

type Sharing = Omit<Parameters<typeof shareConsole>[0], 'shared' | 'local' | 'pause'> & {
  pool: sql.ConnectionPool;
  where: string;
  local: ConsoleReplica & Pick<CopyStore, 'copyOrigin'>;
  controller: string;
  pause: (ms: number) => Promise<void>;
};

/** What one console changes the others show within some seconds. */
const pauseMs = 1000;

/** `shareConsole`, over SQL Server. */
export const shareOverSqlServer = ({ pool, where, controller, local, pause, ...sharing }: Sharing): Promise<void> =>
  shareConsole({
    ...sharing,
    ...{ local, pause: () => pause(pauseMs) },
    shared: sharedConsole({ pool, where, controller, fileId: async () => (await local.copyOrigin()).fileId }),
  });
