/** Why nothing was installed; the message is one line for the person who installs. */
export class InstallProblem extends Error {
  override readonly name = 'InstallProblem';
}
