/** Delivers one schedule until it is killed, and prints what became of it: FILE MAIL-URL SCHEDULE. */
import { dirname } from 'node:path';
import { prepareDelivery } from '../../../src/reports/schedule/deliver.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { readSchedules } from '../../../src/reports/schedule/settings.ts';
import { startSchedules } from '../../../src/reports/schedule/schedules.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { systemClock } from '../../../src/words/clock.ts';

const [file = '', url = '', schedule = ''] = process.argv.slice(2);
const zone = zoneNamed('UTC');
const say = (line: string) => console.log(line);
const deliveries = openDeliveries(file);
const deliver = prepareDelivery({
  ...{
    zone,
    site: plainSite,
    mail: { url, from: 'billing@example.org' },
    receipts: deliveries.receipts,
    issued: deliveries.issued,
    warn: say,
  },
  nowMs: Date.now,
  dataFolder: dirname(file),
  openSource: () => Promise.resolve(openLocalReports(file)),
});
startSchedules({
  ...{ zone, clock: systemClock, store: deliveries, deliver },
  schedules: () => readSchedules([JSON.parse(schedule)], { zone, fiscalYearStart: '01-01', canMail: true, warn: say }),
  tell: (event) => say(JSON.stringify(event)),
});
