import type { KnownUser } from '../../store/ports/console-store.ts';
import type { AuditValues, ConsoleUser } from '../../words/console.ts';
import type { Result } from '../../words/result.ts';
import { newUser } from '../new-user.ts';
import { entryOf, type Visit } from '../route.ts';
import { providerTexts as texts } from '../texts/provider.ts';
import { ruleOf } from './group-rules.ts';
import type { Claimed, IdentityProvider } from './provider.ts';
import { endSessions } from './sessions.ts';

type Standing = Pick<ConsoleUser, 'role' | 'departmentId'>;

/**
 * The user whom the provider has told us of, made or changed as the groups say now. The name decides nothing: whoever signs in here
 * with a password is never taken for somebody of the provider.
 */
export const userOfProvider = (
  visit: Visit,
  provider: IdentityProvider,
  claimed: Claimed,
): Promise<Result<KnownUser>> =>
  visit.parts.inTurn('users', async () => {
    const { parts } = visit;
    const user = await parts.people.findUserByIdentity(claimed.identity);
    if (user?.isEnabled === false) return { ok: false, problem: texts.disabled };
    const standing = await standingOf(visit, provider, claimed);
    if (!standing.ok) {
      // Who was in one of the groups, and is no longer, is out.
      if (user !== null) await endSessions(visit, user.id, null);
      return standing;
    }
    const namesake = await parts.people.findUser(claimed.name);
    const isTaken = namesake !== null && namesake.id !== user?.id;
    if (user !== null) return changed(visit, user, { ...standing.value, name: isTaken ? user.name : claimed.name });
    if (isTaken) return { ok: false, problem: texts.nameTaken(claimed.name) };
    return added(visit, claimed, standing.value);
  });

async function standingOf(
  { parts }: Visit,
  { name, rules }: IdentityProvider,
  { groups }: Claimed,
): Promise<Result<Standing>> {
  const rule = ruleOf(rules, groups);
  if (rule === null) return { ok: false, problem: texts.noGroup(name) };
  const { role, department } = rule;
  if (department === undefined) return { ok: true, value: { role, departmentId: null } };
  const departments = await parts.store.listDepartments();
  const found = departments.find((one) => one.name.toLowerCase() === department.toLowerCase());
  if (found !== undefined) return { ok: true, value: { role, departmentId: found.id } };
  parts.problem(texts.noDepartmentLog(department));
  return { ok: false, problem: texts.noDepartment(department) };
}

const valuesOf = ({ name, role, departmentId }: Standing & Pick<ConsoleUser, 'name'>): AuditValues => ({
  ...{ name, role, department: departmentId === null ? '' : String(departmentId) },
});

async function added(visit: Visit, { identity, name }: Claimed, standing: Standing): Promise<Result<KnownUser>> {
  const { parts, nowMs } = visit;
  const user = { ...newUser(name, nowMs), ...standing, identity };
  const after = { ...valuesOf(user), provider: identity };
  const { id } = await parts.people.addUser(user, entryBy(visit, 'user-added', name, { after }));
  tellOfAdministrator(visit, name, standing);
  return { ok: true, value: { ...user, id } };
}

async function changed(
  visit: Visit,
  user: KnownUser,
  now: Standing & Pick<ConsoleUser, 'name'>,
): Promise<Result<KnownUser>> {
  const [before, after] = [valuesOf(user), valuesOf(now)];
  if (JSON.stringify(before) === JSON.stringify(after)) return { ok: true, value: user };
  await visit.parts.people.changeUser(user.id, now, entryBy(visit, 'user-changed', user.name, { before, after }));
  const isOther = user.role !== now.role || user.departmentId !== now.departmentId;
  if (isOther) await endSessions(visit, user.id, null);
  if (user.role !== now.role) tellOfAdministrator(visit, now.name, now);
  return { ok: true, value: { ...user, ...now } };
}

const entryBy = (
  { address, nowMs }: Visit,
  action: 'user-added' | 'user-changed',
  name: string,
  changes: { before?: AuditValues; after: AuditValues },
) => entryOf({ user: null, address, nowMs }, action, `user ${name}, by the identity provider`, changes);

/** Nobody becomes one unseen. */
function tellOfAdministrator({ parts }: Visit, name: string, { role }: Standing): void {
  if (role === 'administrator') parts.problem(texts.newAdministrator(name));
}
