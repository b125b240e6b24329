/** RFC 5321, 4.5.3.1.3: a path has 256 octets with its angle brackets. */
const maximumLength = 254;
/** RFC 5321, 4.1.2 (Dot-string), and RFC 6531, 3.3: letters of every script. Nothing that could end the address or begin another one. */
const local = /^(?=.{1,64}$)[^\s@<>,;:"()[\]\\.\p{Cc}]+(?:\.[^\s@<>,;:"()[\]\\.\p{Cc}]+)*$/u;
/** RFC 1035, 2.3.1, and RFC 5890: names of one label, too, as mail servers of an office have them. */
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?)*$/u;

/** Whether mail can be sent to it: one address, as in `anna@example.org`, without a name. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return text.length <= maximumLength && local.test(text.slice(0, Math.max(at, 0))) && domain.test(text.slice(at + 1));
}

/** The addresses of a list, separated by commas; none in an empty one. */
export const addressesIn = (list: string): string[] =>
  list
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
