import { inviteHours } from '../../web/access/invite.ts';
import { roles } from '../../words/console.ts';

export const usersHelp = `Usage: billing-codes users COMMAND …

Whoever has the data folder may do this: it is for an administrator who cannot sign in any more. The controller may run meanwhile.

  list [--json]                    who may sign in to the web console here
  add NAME --role ROLE [--department NAME] [--extension NUMBER]
                                   adds a user, and prints the link by which they choose a password
  link NAME                        prints a new one; until it is used, the present password is good
  reset-second-factor NAME         removes it, for who lost the phone and the recovery codes; ends the sessions
  end-sessions NAME | --all        signs them out everywhere

  ROLE                             ${roles.join(', ')}

A link is good once, within ${inviteHours} hours, and is printed only now. It lets nobody past a second factor. Users are those of
the controller whose data folder this is (data.dir); with SQL Server, of all controllers, which know of a change within seconds. Sessions are each
controller's own: "end-sessions" ends those of a user everywhere. All but "list" is in the audit trail, under the name of whoever is signed in to
this machine.

Exit codes: 0 done, 1 no such user, 2 wrong usage and nothing changed.
`;
