import winston from 'winston';
import { visibleJson, visibleText } from '../words/clean-text.ts';
import type { CallRecord } from '../words/call-record.ts';
import { maskCode } from '../words/mask-code.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type Fields = Readonly<Record<string, unknown>>;

/** Lines for people and collectors. Codes are masked by whoever hands them in, with `maskCode`. */
export type Log = {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
  /** Whether a line of this level would be written: spares the work of making one that is not. */
  writes(level: LogLevel): boolean;
  setLevel(level: LogLevel): void;
};

export type LogOptions = { level: LogLevel; format: 'text' | 'json'; stream: NodeJS.WritableStream };

/** One line an entry, whatever the fields contain: line breaks in them are escaped. */
export function createLog({ level, format, stream }: LogOptions): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const logger = winston.createLogger({
    level,
    format:
      format === 'json'
        ? combine(timestamp(), json(), shownJson())
        : combine(
            timestamp(),
            printf(({ timestamp: at, level: name, message, ...fields }) =>
              [String(at), name.padEnd(5), visibleText(String(message)), ...Object.entries(fields).map(fieldText)].join(
                ' ',
              ),
            ),
          ),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston declares its transports apart
    transports: new winston.transports.Stream({ stream }),
  });
  return {
    error: (message, fields = {}) => logger.error(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    debug: (message, fields = {}) => logger.debug(message, fields),
    writes: (wanted) => logger.isLevelEnabled(wanted),
    setLevel: (wanted) => {
      logger.level = wanted;
    },
  };
}

/** Where winston keeps the line that is written. */
const line = Symbol.for('message');

/** What JSON lets through as it is may still be no text to a terminal. */
const shownJson = winston.format((info) => ({ ...info, [line]: visibleJson(String(info[line])) }));

function fieldText([name, value]: [string, unknown]): string {
  return `${name}=${typeof value === 'string' && /^[\w.:@+/-]+$/.test(value) ? value : visibleJson(JSON.stringify(value))}`;
}

/** What a log line says of a finished call. */
export function callFields(record: CallRecord): Fields {
  return {
    call: record.callId,
    entry: record.entry,
    extension: record.extension,
    code: maskCode(record.code),
    account: record.accountName,
    number: record.keyedNumber,
    gateway: record.gateway,
    outcome: record.outcome,
    reason: record.reason,
    cause: record.hangupCause,
    billableMs: record.billableMs,
    estimated: record.estimated,
  };
}
