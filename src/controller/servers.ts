import type { Config } from '../config/schema.ts';
import { maxCdrBytes } from '../freeswitch/cdr/json-cdr.ts';
import type { Channel } from '../freeswitch/outbound/channel.ts';
import { startEslServer, type EslServer } from '../freeswitch/outbound/server.ts';
import { cdrPost } from '../web/cdr-post.ts';
import { health, type Health } from '../web/health.ts';
import { metricsRoute, type Metrics } from '../web/metrics.ts';
import { startWebServer, type WebServer } from '../web/server.ts';
import { connectionShares } from '../threads/open-files.ts';
import { messageOf } from '../words/thrown.ts';
import type { Log } from './log.ts';
import type { Recovery } from './recovery.ts';

/** Rejects with one line that names the settings. */
export async function listenForCalls(config: Config, log: Log, onCall: (channel: Channel) => void): Promise<EslServer> {
  const { host, port } = config.esl;
  try {
    return await startEslServer({ ...config.esl, limits: config.esl }, log, onCall);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`cannot listen on ${host}:${port} for FreeSWITCH (esl.host, esl.port): ${why}`, { cause: error });
  }
}

/** Null: it is not to answer HTTP. Rejects with one line that names the settings. */
export async function startWeb(
  config: Config,
  log: Log,
  recovery: Recovery,
  { state, metrics }: { state: () => Promise<Health>; metrics: Metrics | null },
): Promise<WebServer | null> {
  const { host, port } = config.http;
  if (port === -1) return null;
  const { user, password } = config.cdr;
  const take = (text: string): ReturnType<Recovery['takePosted']> => recovery.takePosted(text);
  try {
    const bound = {
      maximumConnections: connectionShares().http,
      warn: (line: string) => log.warn(`HTTP: ${line}`),
    };
    return await startWebServer({ host, port, bound }, [
      (web) => health(web, state),
      (web) => {
        if (metrics !== null) metricsRoute(web, metrics);
      },
      (web) => {
        if (password !== '') cdrPost(web, { maximumBytes: maxCdrBytes, take, user, password, log });
      },
    ]);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`cannot answer HTTP on ${host}:${port} (http.host, http.port): ${why}`, { cause: error });
  }
}
