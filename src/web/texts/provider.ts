export const providerTexts = {
  signIn: (name: string) => `Sign in with ${name}`,
  or: 'Or with a user name and password of this console:',
  away: (name: string) => `${name} cannot be reached now. Who has a password for this console can sign in with it.`,
  refused: (name: string) => `You were not signed in: the answer of ${name} is not good. Try again.`,
  tooLate: 'That took too long, or was done already: sign in again',
  disabled: 'You may not sign in: an administrator of this console has disabled you.',
  noGroup: (name: string) =>
    `${name} knows you, but none of your groups may use this console. Ask an administrator for access.`,
  noDepartment: (department: string) => `There is no department “${department}” here. Ask an administrator.`,
  noDepartmentLog: (department: string) => `oidc.groups names the department "${department}", which there is not`,
  nameTaken: (name: string) =>
    `Somebody signs in here as “${name}” with a password, so you cannot have that name. Ask an administrator to rename one of the two.`,
  newAdministrator: (name: string) => `${name} is an administrator now, by a group of the identity provider`,
  log: (name: string, why: string) => `signing in with ${name}: ${why}`,
  signedOut: 'You are signed out',
  signedOutHere: (name: string) => `You are signed out of this console, but not of ${name}.`,
  signOutThere: (name: string) => `Sign out of ${name}, too`,
  managed:
    'This user signs in at the identity provider. Role and department come from the groups there at each sign-in.',
};
