import { localCommand } from '../store-command.ts';
import { addUser, endSessions, link, resetSecondFactor, type UsersContext } from './commands.ts';
import { usersHelp } from './help.ts';
import { list } from './list.ts';

/** `billing-codes users …`. */
export const { command: usersCommand, run } = localCommand<UsersContext>({
  name: 'users',
  help: usersHelp,
  subcommands: new Map([
    ['list', list],
    ['add', addUser],
    ['link', link],
    ['reset-second-factor', resetSecondFactor],
    ['end-sessions', endSessions],
  ]),
  contextOf: (store, config, output) => ({ ...output, store, console: config.console, nowMs: () => Date.now() }),
});
