/**
 * The thread of the web console: nothing that a browser does reaches the thread that serves calls. `console.ts` starts it and is its
 * other end.
 */
import { loadSqlite } from '../store/sqlite/native.ts';
import { openDeliveries } from '../store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../store/sqlite/reports/reports.ts';
import { openSharedStore } from '../store/sqlite/shared-store.ts';
import { insideThread } from '../threads/inside.ts';
import { connectionShares } from '../threads/open-files.ts';
import { startConsole } from '../web/console.ts';
import { messageOf } from '../words/thrown.ts';
import { createAsking, shared } from './console-asking.ts';
import { consoleRecord } from './console-record.ts';
import type { ConsoleThreadData, FromConsole, ToConsole } from './console-messages.ts';
import { guideOf } from './console-guide.ts';
import { sumsFrom, sumsThread } from './console-sums.ts';
import { isConfigured } from '../store/sqlserver/settings.ts';
import { deskOf } from '../reports/desk.ts';
import { runBehind } from '../threads/priority.ts';
import { consoleNice } from './nice.ts';
import { reportThreads } from './report-threads.ts';
import { zoneNamed } from '../words/zone.ts';
import { consoleParts } from './console-parts.ts';
import { scheduledNames } from './scheduled-names.ts';
import { pricingRules } from './pricing-rules.ts';

const thread = insideThread<ConsoleThreadData, ToConsole, FromConsole>('console.ts', loadSqlite);
const { config, file, writer } = thread.data;
const local = openSharedStore({ file, writer, rules: pricingRules(config) });
const reports = openLocalReports(file);
const deliveries = openDeliveries(file, scheduledNames(config));
const asking = createAsking(thread.post);
const record = consoleRecord(config, { local, reports, controller: asking.port });
/** The system of record is asked at most so often. */
const elsewhereMs = 2_000;
const elsewhere = shared(() => record.elsewhere().catch(() => []), elsewhereMs);
const live = async () => [...(await asking.port.live()), ...(await elsewhere.answer())];
const problem = (text: string): void => thread.post({ kind: 'problem', text });
const { timeZone, ...site } = config.site;
const nothing = { close: () => Promise.resolve() };
// Where SQL Server is the system of record, sums and reports are its own, and it makes them.
const adding = isConfigured(config.sqlserver)
  ? { sums: sumsFrom(record.reports, zoneNamed(timeZone)), ...nothing }
  : sumsThread({ file, timeZone });
const making = isConfigured(config.sqlserver)
  ? { ...deskOf(record.reports, { site, warn: problem }), ...nothing }
  : reportThreads({ file, timeZone, site }, problem);
const parts = await consoleParts(thread.data, {
  ...{ local, record, deliveries, controller: { ...asking.port, live }, guide: guideOf(config, asking.port) },
  ...{ sums: adding.sums, reports: making, problem },
});
const { port, bindAddress, trustedProxies } = config.console;
const bound = {
  maximumConnections: connectionShares().console,
  warn: (line: string) => problem(`web console: ${line}`),
};
const server = await startConsole({ host: bindAddress, port, trustedProxies, bound }, parts).catch((error: unknown) => {
  throw new Error(`cannot listen on ${bindAddress}:${port} (console.bindAddress, console.port): ${messageOf(error)}`);
});
thread.post({ kind: 'listening', ...server.address() });
// Until here, people wait for it to be there at all.
runBehind(consoleNice);
if (parts.firstRun.secret !== null) thread.post({ kind: 'first-run', path: `/welcome/${parts.firstRun.secret}` });
const state = { isStopping: false };

thread.onMessage((message) => {
  switch (message.kind) {
    case 'answer':
    case 'no-answer':
      asking.take(message);
      return;
    case 'stop':
      state.isStopping = true;
      void Promise.all([server.close(), record.close(), adding.close(), making.close()]).finally(() => {
        deliveries.close();
        local.close();
        thread.close();
      });
  }
});

await local.gone;
// The next thread gets a port to the next writer.
if (!state.isStopping) throw new Error('the thread that writes the local file died');
