import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendMail, type Mail } from '../../notify/mail.ts';
import { messageOf } from '../../words/thrown.ts';
import { catalog } from '../catalog.ts';
import { periodText } from '../period-text.ts';
import { dayText, wallClock } from '../period.ts';
import type { Zone } from '../period.ts';
import type { ReportSource } from '../report.ts';
import type { ReportSite } from '../site.ts';
import { endingOf } from '../format.ts';
import { checkNames } from '../known-names.ts';
import { keyOf, readScheduled, type ReportSchedule } from './settings.ts';
import { contentOf, writeFileWhole } from '../write.ts';

export type DeliverOptions = {
  zone: Zone;
  site: ReportSite;
  mail: Mail;
  /** Gets a line about what could not be written as it is. */
  warn: (line: string) => void;
  openSource: () => Promise<ReportSource>;
};

/** Makes a function that makes a report as of when it was due, and sends it by e-mail or puts it into a folder. */
export function prepareDelivery({ zone, site, mail, openSource, warn }: DeliverOptions) {
  return async (schedule: ReportSchedule, dueAtMs: number): Promise<void> => {
    const asked = readScheduled(schedule, dueAtMs, { zone, fiscalYearStart: site.fiscalYearStart });
    if (!asked.ok) throw new Error(asked.problem);
    const { request } = asked.value;
    const name = `${schedule.name}-${dayText(wallClock(dueAtMs, zone))}.${endingOf(schedule.format)}`;
    const writeTo = async (folder: string): Promise<string> => {
      const file = join(folder, name);
      const source = await openSource();
      try {
        const known = await checkNames(request.filters, source);
        if (!known.ok) throw new Error(known.problem(keyOf));
        await writeFileWhole(await contentOf(asked.value, source, { site, warn }), file);
      } catch (error) {
        throw new Error(`cannot write ${file}: ${messageOf(error)}`, { cause: error });
      } finally {
        await source.close();
      }
      return file;
    };
    if (schedule.folder !== undefined) {
      await mkdir(schedule.folder, { recursive: true });
      await writeTo(schedule.folder);
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'billing-codes-report-'));
    try {
      const file = await writeTo(folder);
      const about = `${catalog[request.name].title}, ${periodText(request.period, zone)}`;
      await sendMail(mail, {
        ...{ to: schedule.mailTo ?? [], subject: about, text: `${about}: attached.\n` },
        attachments: [{ filename: name, path: file }],
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
