import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { programVersion } from '../config/version.ts';
import type { ControllerIdentity } from '../store/sqlserver/replication/controllers.ts';

/** Which controller this is, for the others on the same SQL Server. */
export function identityOf({ controller, data }: Config): ControllerIdentity {
  return {
    name: controller.name,
    host: hostname(),
    folder: resolve(data.dir),
    processId: process.pid,
    version: programVersion(),
  };
}
