import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { reachable } from '../../controller/reachable.ts';
import type { ConsoleStore, KnownUser } from '../../store/ports/console-store.ts';
import type { DirectoryAdmin } from '../../store/ports/directory-admin.ts';
import { inviteHours, newInvite } from '../../web/access/invite.ts';
import { noFactor } from '../../web/access/second-factor.ts';
import { auditedUser, newUser, userProblems } from '../../web/new-user.ts';
import { roles } from '../../words/console.ts';
import { entryByCommand } from '../audit-entry.ts';
import type { Output } from '../store-command.ts';
import { onlyOne, print, UsageError } from '../usage.ts';

export type UsersContext = Output & {
  store: ConsoleStore & Pick<DirectoryAdmin, 'listDepartments'>;
  console: Pick<Config['console'], 'port' | 'bindAddress' | 'idleMinutes' | 'sessionHours'>;
  nowMs: () => number;
};

const addOptions = {
  role: { type: 'string' },
  department: { type: 'string' },
  extension: { type: 'string' },
} as const;

export async function addUser(args: string[], context: UsersContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: addOptions, allowPositionals: true });
  const { store } = context;
  const role = roles.find((one) => one === values.role);
  if (role === undefined) throw new UsageError(`--role must be one of ${roles.join(', ')}`);
  const extension = values.extension ?? '';
  if (extension.length > 40) throw new UsageError('--extension has at most 40 characters');
  const name = onlyOne(positionals, 'user name').trim();
  const departmentId = await departmentNamed(store, values.department);
  const typed = { name, role, departmentId, extension, isEnabled: true };
  const [problem] = userProblems(typed);
  if (problem !== undefined) throw new UsageError(problem.text);
  const nowMs = context.nowMs();
  const { changes, pathFor } = newInvite(nowMs);
  const { id } = await store.addUser(
    { ...newUser(name, nowMs), ...typed, ...changes },
    entryByCommand('user-added', `user ${name}`, { nowMs, after: auditedUser(typed) }),
  );
  print(context.stdout, `Added ${name} as ${role}.`);
  printLink(context, name, pathFor(id));
  return 0;
}

async function departmentNamed(
  store: Pick<DirectoryAdmin, 'listDepartments'>,
  name: string | undefined,
): Promise<number | null> {
  if (name === undefined) return null;
  const departments = await store.listDepartments();
  const found = departments.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new UsageError(`--department: there is no department "${name}"`);
  return found.id;
}

type Work = (user: KnownUser, nowMs: number) => Promise<number>;

/** Exit code 1 where nobody has this name. */
async function withUser({ store, stderr, nowMs }: UsersContext, names: readonly string[], work: Work): Promise<number> {
  const name = onlyOne(names, 'user name');
  const user = await store.findUser(name.trim());
  if (user !== null) return work(user, nowMs());
  print(stderr, `Nobody signs in here as "${name}": billing-codes users list.`);
  return 1;
}

const namesIn = (args: string[]): string[] => parseArgs({ args, options: {}, allowPositionals: true }).positionals;

export const link = (args: string[], context: UsersContext): Promise<number> =>
  withUser(context, namesIn(args), async ({ id, name, identity, isEnabled }, nowMs) => {
    if (identity !== null)
      throw new UsageError(`${name} has no password here, but signs in at the identity provider (oidc.issuer)`);
    if (!isEnabled) throw new UsageError(`${name} may not sign in: an administrator enables them on the page "Users"`);
    const { changes, pathFor } = newInvite(nowMs);
    const after = { link: 'to choose a password' };
    await context.store.changeUser(id, changes, entryByCommand('user-changed', `user ${name}`, { nowMs, after }));
    printLink(context, name, pathFor(id));
    return 0;
  });

function printLink({ console, stdout }: UsersContext, name: string, path: string): void {
  const { port, bindAddress } = console;
  const address = port > 0 ? `http://${reachable({ host: bindAddress, port })}` : '';
  print(stdout, [`${name} chooses a password here, once, within ${inviteHours} hours:`, `  ${address}${path}`]);
  if (port === -1) print(stdout, 'The web console is turned off: set console.port.');
  else print(stdout, 'Elsewhere than on this machine, put the address of the console before the path.');
}

export const resetSecondFactor = (args: string[], context: UsersContext): Promise<number> =>
  withUser(context, namesIn(args), async (user, nowMs) => {
    const { id, name } = user;
    if (user.totpSecret === null) {
      print(context.stdout, `${name} has no second factor: nothing was changed.`);
      return 0;
    }
    const entry = entryByCommand('second-factor-reset', `user ${name}`, { nowMs });
    await context.store.changeUser(id, noFactor, entry);
    await context.store.endSessions({ userId: id, tokenHash: null, idleSinceMs: 0 });
    print(
      context.stdout,
      `Removed the second factor of ${name}, and ended their sessions. The password alone is enough now.`,
    );
    return 0;
  });

export async function endSessions(args: string[], context: UsersContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { all: { type: 'boolean' } }, allowPositionals: true });
  if (values.all !== true) return withUser(context, positionals, (user, nowMs) => endOf([user], context, nowMs));
  if (positionals.length > 0) throw new UsageError('takes a user name or --all, not both');
  return endOf(await context.store.listUsers(), context, context.nowMs());
}

async function endOf(users: readonly KnownUser[], { store, stdout }: UsersContext, nowMs: number): Promise<number> {
  for (const { id, name } of users) {
    const ended = await store.endSessions({ userId: id, tokenHash: null, idleSinceMs: 0 });
    if (ended > 0) await store.appendAudit(entryByCommand('sessions-ended', `user ${name}`, { nowMs }));
    print(stdout, `${name}: ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.`);
  }
  return 0;
}
