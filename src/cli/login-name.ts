import { userInfo } from 'node:os';

/** Who works here. In a container a process may have an id that no user has (uv_os_get_passwd: ENOENT). */
export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user id ${process.getuid?.() ?? 'unknown'}`;
  }
}
