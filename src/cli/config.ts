import { describeConfig } from '../config/load.ts';
import { configFromArgs, settingsHelp } from './context.ts';
import { complain, printJson, printOwn } from './usage.ts';

const help = `billing-codes config [--config FILE] [--SETTING VALUE …]

Prints the effective configuration as JSON, with secrets masked. Later sources win: defaults, the file (--config, BILLING_CONFIG,
./billing-codes.json, or else that of what is installed on this machine), environment variables, flags. Settings:

`;

export function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help + settingsHelp());
    return Promise.resolve(0);
  }
  const { config, rest } = configFromArgs(args);
  if (rest.length > 0) {
    complain(`: config does not know ${rest[0] ?? ''}`);
    return Promise.resolve(2);
  }
  printJson(process.stdout, JSON.parse(describeConfig(config)));
  return Promise.resolve(0);
}
