import { describeConfig } from '../config/load.ts';
import { configFromArgs, settingsHelp } from './context.ts';

const help = `billing-codes config [--config FILE] [--SETTING VALUE …]

Prints the effective configuration as JSON, with secrets masked. Later sources win: defaults, the file (--config, BILLING_CONFIG,
or ./billing-codes.json), environment variables, flags. Settings:

`;

export function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help + settingsHelp());
    return Promise.resolve(0);
  }
  const { config, rest } = configFromArgs(args);
  if (rest.length > 0) {
    process.stderr.write(`billing-codes: config does not know ${rest[0] ?? ''}\n`);
    return Promise.resolve(2);
  }
  process.stdout.write(`${describeConfig(config)}\n`);
  return Promise.resolve(0);
}
