/** The directory: who pays, which phones there are, and in which departments. */
export { accountFields, type Account, type AccountInput } from './directory/account.ts';
export { changesOf, departmentFields, type Department, type DepartmentInput } from './directory/department.ts';
export { extensionFields, type Extension, type ExtensionInput } from './directory/extension.ts';
export { limitFields, unlimited, type Limits } from './directory/limits.ts';
export type { Changes, Unreadable } from './directory/member.ts';
export { unrestricted, type Restriction } from './directory/restriction.ts';
