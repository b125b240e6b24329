import { rm } from 'node:fs/promises';
import type { Mail } from '../../notify/mail.ts';
import { catalog } from '../catalog.ts';
import { endingOf } from '../format.ts';
import { checkNames } from '../known-names.ts';
import { periodText } from '../period-text.ts';
import { dayText, wallClock } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import type { ReportSource } from '../report.ts';
import type { Asked } from '../request.ts';
import type { ReportSite } from '../site.ts';
import type { IssuedStatement, IssuedStore } from '../statements/issued.ts';
import { payerKey, type Payer } from '../statements/payer.ts';
import { addressesIn } from '../../words/mail-address.ts';
import { messageOf } from '../../words/thrown.ts';
import { contentOf, payersOf } from '../write.ts';
import { makeAttachments, makeFolder } from './folder.ts';
import * as parcels from './parcels.ts';
import { handOver, type Parcel, type ReceiptStore } from './recipients.ts';
import type { ClaimedRun, Elsewhere, SharedRuns } from './shared-runs.ts';
import { keyOf, readScheduled, type ReportSchedule } from './settings.ts';

export type DeliverOptions = {
  zone: Zone;
  site: ReportSite;
  mail: Mail;
  receipts: ReceiptStore;
  /** Where statements that went out are kept. */
  issued: Pick<IssuedStore, 'save'>;
  nowMs: () => number;
  /** Gets a line about what could not be written as it is. */
  warn: (line: string) => void;
  openSource: () => Promise<ReportSource>;
  dataFolder: string;
  /** What other controllers have of this schedule; null: they have none of it. */
  openRuns?: () => Promise<SharedRuns | null>;
};

/**
 * Makes a report as of when it was due, and sends it to whoever has not got it; null, then. Rejects with one line if anybody is left. Where
 * another controller makes it, or has made it, nothing is done.
 */
export type Deliver = (schedule: ReportSchedule, dueAtMs: number, signal: AbortSignal) => Promise<Elsewhere | null>;

export function prepareDelivery(options: DeliverOptions): Deliver {
  const { openRuns = () => Promise.resolve(null) } = options;
  const make = making(options);
  return async (schedule, dueAtMs, signal) => {
    const runs = await openRuns();
    try {
      const claimed = (await runs?.claim(schedule.name, dueAtMs)) ?? null;
      if (typeof claimed === 'string') return claimed;
      await make(schedule, { dueAtMs, claimed, signal });
      await claimed?.finish();
      return null;
    } finally {
      await runs?.close();
    }
  };
}

type Making = { dueAtMs: number; claimed: ClaimedRun | null; signal: AbortSignal };

function making(options: DeliverOptions): (schedule: ReportSchedule, making: Making) => Promise<void> {
  const { zone, site, receipts, nowMs, openSource, dataFolder } = options;
  return async (schedule, { dueAtMs, claimed, signal }) => {
    const asked = readScheduled(schedule, dueAtMs, { zone, fiscalYearStart: site.fiscalYearStart });
    if (!asked.ok) throw new Error(asked.problem);
    if (schedule.folder !== undefined) await makeFolder(schedule.folder);
    const attachments = await makeAttachments(dataFolder);
    const source = await openSource();
    try {
      const known = await checkNames(asked.value.request.filters, source);
      if (!known.ok) throw new Error(known.problem(keyOf));
      const run = { ...options, schedule, dueAtMs, source, attachments, asked: asked.value };
      const all = schedule.each === true ? await eachPayer(run) : whole(run);
      await handOver(all, { schedule: schedule.name, dueAtMs, receipts, claimed, nowMs, signal });
    } finally {
      await source.close();
      await rm(attachments, { recursive: true, force: true });
    }
  };
}

type Run = DeliverOptions & {
  schedule: ReportSchedule;
  dueAtMs: number;
  source: ReportSource;
  asked: Asked;
  /** A folder for what is attached to mails. */
  attachments: string;
};

/** The statements that are in it, once its content was read. */
type WithStatements = parcels.Piece & { statements: readonly IssuedStatement[] };

/** The report, or one payer's part of it. */
function pieceOf(payer: Payer | null, { schedule, dueAtMs, zone, site, source, asked, warn }: Run): WithStatements {
  const { request } = asked;
  const suffix = payer === null ? '' : `-${parcels.payerFileName(payer)}`;
  const day = dayText(wallClock(dueAtMs, zone));
  const title = payer === null ? catalog[request.name].title : `${payer.name}, ${catalog[request.name].title}`;
  const statements: IssuedStatement[] = [];
  const onMade = (made: IssuedStatement): void => {
    // In the middle of its period one is a look at it: nobody is asked to pay, and more calls are to come.
    if (made.period.untilMs <= dueAtMs) statements.push(made);
  };
  return {
    statements,
    fileName: `${schedule.name}-${day}${suffix}.${endingOf(schedule.format)}`,
    about: `${title}, ${periodText(request.period, zone)}`,
    content() {
      statements.length = 0;
      return contentOf(asked, source, { site, warn, onMade, ...(payer === null ? {} : { payers: [payer] }) });
    },
  };
}

/** What has arrived has: where it cannot be noted, somebody is told, and nobody gets it twice. */
const noting = (parcel: Parcel, { statements }: WithStatements, { issued, warn }: Run): Parcel => ({
  ...parcel,
  async send() {
    const sent = await parcel.send();
    try {
      if (sent.ok) for (const one of statements) issued.save({ ...one, sentTo: parcel.sentTo });
    } catch (error) {
      warn(`${parcel.name}: the statement went out, and that cannot be noted: ${messageOf(error)}`);
    }
    return sent;
  },
});

function mailing({ mail, schedule, dueAtMs, attachments }: Run): parcels.Mailing {
  const written = new Map<parcels.Piece, Promise<string>>();
  return {
    ...{ mail, run: `${schedule.name} ${dueAtMs}` },
    attached(piece) {
      const file = written.get(piece) ?? parcels.writeInto(attachments, piece);
      written.set(piece, file);
      return file;
    },
  };
}

function whole(run: Run): Parcel[] {
  const { folder, mailTo = [] } = run.schedule;
  const piece = pieceOf(null, run);
  const all =
    folder !== undefined
      ? [parcels.filed(folder, piece, { recipient: folder, name: folder })]
      : parcels.mailed(mailTo, piece, { ...mailing(run), about: { key: '', name: '' } });
  return all.map((parcel) => noting(parcel, piece, run));
}

/** Calls that nobody pays for are in no mail. */
async function eachPayer(run: Run): Promise<Parcel[]> {
  const { folder, mailTo = [] } = run.schedule;
  const payers = await payersOf(run.asked.request, run.source);
  const sending = mailing(run);
  return payers.flatMap((payer): Parcel[] => {
    const piece = pieceOf(payer, run);
    const key = payerKey(payer);
    const noted = (parcel: Parcel): Parcel => noting(parcel, piece, run);
    if (folder !== undefined) return [noted(parcels.filed(folder, piece, { recipient: key, name: payer.name }))];
    if (payer.id === null) return [];
    const addresses = payer.mail === '' ? mailTo : addressesIn(payer.mail);
    if (addresses.length === 0) return [parcels.withoutAddress(payer, key)];
    return parcels.mailed(addresses, piece, { ...sending, about: { key, name: payer.name } }).map(noted);
  });
}
