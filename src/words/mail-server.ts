/** Whether it names a mail server: `smtp://user:password@host:587` or `smtps://…:465`, both parts of the sign-in percent-encoded. */
export function isMailServer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return false;
  try {
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    return true;
  } catch {
    return false;
  }
}
