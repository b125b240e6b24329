import { parseArgs } from 'node:util';
import { departmentNameOf } from '../../directory/inputs.ts';
import type { KnownUser } from '../../store/ports/console-store.ts';
import type { Department } from '../../words/directory.ts';
import { tableLines } from '../table.ts';
import { print, printJson } from '../usage.ts';
import type { UsersContext } from './commands.ts';

export async function list(args: string[], context: UsersContext): Promise<number> {
  const { store, stdout } = context;
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const [users, departments] = await Promise.all([store.listUsers(), store.listDepartments()]);
  const shown = await Promise.all(
    users.map(async (user) => shownUser(user, departments, await sessionsOf(user, context))),
  );
  if (values.json === true) printJson(stdout, shown);
  else if (shown.length === 0)
    print(stdout, 'Nobody can sign in yet: the log of the controller has the link for the first.');
  else print(stdout, tableLines([titles, ...shown.map(row)]));
  return 0;
}

/** How many are good still: those that are over are removed later. */
async function sessionsOf({ id }: KnownUser, { store, console, nowMs }: UsersContext): Promise<number> {
  const [seenSince, madeSince] = [nowMs() - console.idleMinutes * 60_000, nowMs() - console.sessionHours * 3_600_000];
  const sessions = await store.listSessions(id);
  return sessions.filter(({ seenAtMs, createdAtMs }) => seenAtMs > seenSince && createdAtMs > madeSince).length;
}

const titles = ['name', 'role', 'department', 'extension', 'signs in', 'second factor', 'last signed in', 'sessions'];

/** Nothing of what proves who they are. */
function shownUser(user: KnownUser, departments: readonly Department[], sessions: number) {
  const { name, role, extension, isEnabled, signedInAtMs } = user;
  return {
    ...{ name, role, department: departmentNameOf(user, departments) ?? '', extension, isEnabled },
    signsIn: signsIn(user),
    hasSecondFactor: user.totpSecret !== null,
    signedInAt: signedInAtMs === null ? null : new Date(signedInAtMs).toISOString(),
    sessions,
  };
}

function signsIn({ isEnabled, identity, passwordHash }: KnownUser): string {
  if (!isEnabled) return 'no: disabled';
  if (identity !== null) return 'at the identity provider';
  return passwordHash === null ? 'not yet: has chosen no password' : 'with a password';
}

const row = (user: ReturnType<typeof shownUser>): string[] => [
  ...[user.name, user.role, user.department, user.extension, user.signsIn, user.hasSecondFactor ? 'yes' : 'no'],
  ...[user.signedInAt ?? 'never', String(user.sessions)],
];
