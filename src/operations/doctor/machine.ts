import { accessSync, constants, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { listBackups } from '../backup/names.ts';
import { fault, ok, warning, type Finding } from './finding.ts';

const enoughBytes = 1e9;
const leastBytes = 1e8;
const dayMs = 86_400_000;
/** The controller takes a CDR within seconds. */
const staleCdrMs = 600_000;

/** What is to be seen without asking anybody. */
export function examineMachine(config: Config, nowMs: number): Finding[] {
  return [...dataFolder(config), ...disk(config), ...backups(config, nowMs), ...cdrFolder(config, nowMs)];
}

function dataFolder({ data }: Config): Finding[] {
  try {
    accessSync(data.dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [
      fault(
        'data-folder',
        `${data.dir} (data.dir) cannot be written: ${messageOf(error)}`,
        'make it, and give it to the user that runs the controller',
      ),
    ];
  }
  const left = readdirSync(data.dir).filter((name) => name.startsWith('unwritten-'));
  if (left.length === 0) return [ok('data-folder', `${data.dir} can be written`)];
  return [
    warning(
      'unwritten-records',
      `${left.length} files of call records wait in ${data.dir} (unwritten-*.jsonl)`,
      'restart the controller: its start takes them up; its log says why they were not written',
    ),
  ];
}

function disk({ data }: Config): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(data.dir);
    const free = bavail * bsize;
    const text = `${(free / 1e9).toFixed(1)} GB are free on the disk of ${data.dir}`;
    if (free < leastBytes) return [fault('disk', text, 'free some now: on a full disk only emergency calls go out')];
    return [
      free < enoughBytes ? warning('disk', text, 'free some, or move data.dir to a bigger disk') : ok('disk', text),
    ];
  } catch {
    // The folder is not there, which has been said.
    return [];
  }
}

function backups({ backup, controller }: Config, nowMs: number): Finding[] {
  if (backup.dir === '') {
    return [
      warning(
        'backup',
        'the local database is not backed up by the controller',
        'set backup.dir to a folder on another disk, or have "billing-codes backup" run on a schedule',
      ),
    ];
  }
  try {
    const newest = listBackups(backup.dir, controller.name)[0];
    if (newest === undefined)
      return [
        warning(
          'backup',
          `there is no backup in ${backup.dir} yet (backup.dir)`,
          'the running controller takes one within seconds: does its log say why not?',
        ),
      ];
    const days = (nowMs - newest.takenAtMs) / dayMs;
    if (days * 24 > backup.everyHours * 2)
      return [
        fault(
          'backup',
          `the newest backup in ${backup.dir} is ${days.toFixed(1)} days old`,
          'see the log for why, then run billing-codes backup',
        ),
      ];
    return [ok('backup', `${newest.file} was taken ${new Date(newest.takenAtMs).toISOString()}`)];
  } catch (error) {
    return [
      fault(
        'backup',
        `${backup.dir} (backup.dir) cannot be read: ${messageOf(error)}`,
        'let the user that runs the controller read and write it',
      ),
    ];
  }
}

function cdrFolder({ cdr }: Config, nowMs: number): Finding[] {
  if (cdr.dir === '') return [];
  try {
    accessSync(cdr.dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const waiting = readdirSync(cdr.dir, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .filter(({ name }) => nowMs - statSync(join(cdr.dir, name)).mtimeMs > staleCdrMs);
    if (waiting.length > 0)
      return [
        fault(
          'cdr-folder',
          `${waiting.length} CDR files in ${cdr.dir} have been waiting for more than 10 minutes`,
          'is the controller running, as a user that may move files there? Its log says why it does not take them',
        ),
      ];
    return [ok('cdr-folder', `${cdr.dir} has no CDR waiting`)];
  } catch (error) {
    const isMissing = errorCodeOf(error) === 'ENOENT';
    return [
      fault(
        'cdr-folder',
        isMissing
          ? `${cdr.dir} (cdr.dir) is not there`
          : `${cdr.dir} (cdr.dir) cannot be read and written: ${messageOf(error)}`,
        'make it, and let FreeSWITCH and the controller write there (a common group)',
      ),
    ];
  }
}
