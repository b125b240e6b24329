export const waitText = (seconds: number): string =>
  `Too many wrong tries. Wait ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}, then try again.`;

export const signInTexts = {
  title: 'Sign in',
  name: 'User name',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'This user name and password do not fit together.',
  forgotten: 'Forgot your password? An administrator can give you a link to choose another one.',
  wait: waitText,
  none: 'Nobody can sign in yet: the log of the controller has the link that makes the first administrator.',
};

export const unsentTexts = {
  title: 'Send what you typed?',
  says: 'Your session had ended when you sent this, so nothing was done yet.',
  send: 'Send it now',
};

export const passwordTexts = {
  welcome: 'Welcome',
  firstRun: 'Nobody can sign in to this console yet. Make the first administrator: you.',
  invited: (name: string) => `Choose a password for ${name}.`,
  name: 'User name',
  nameHint: 'You sign in with it, and the audit trail shows it.',
  password: 'Password',
  passwordHint: (least: number) =>
    `At least ${least} characters; a few words in a row are good, and a password manager is better.`,
  again: 'The same password again',
  current: 'Your present password',
  submit: 'Set the password',
  create: 'Make the first administrator',
  tooShort: (least: number) => `The password must have at least ${least} characters`,
  tooLong: 'The password is too long',
  tooSimple: 'The password must not be your user name, or one character over and over',
  notSame: 'The two passwords are not the same',
  nameNeeded: 'Enter a user name of 1 to 100 characters',
  wrongCurrent: 'That is not your present password',
  gone: 'This link was used already, or is too old. Ask an administrator for another one, or restart the controller for the first one.',
};

export const youTexts = {
  title: 'Your account',
  role: 'Role',
  department: 'Department',
  extension: 'Phone',
  signIn: 'My sign-in',
  changePassword: 'Change your password',
  sessions: 'Where you are signed in',
  browser: 'Browser',
  address: 'Address',
  since: 'Signed in',
  seen: 'Last used',
  this: 'this one',
  end: 'End all other sessions',
};
