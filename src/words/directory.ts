/** The directory: who pays, which phones there are, and in which departments. */
export { accountFields, type Account, type AccountInput } from './directory/account.ts';
export { changesOf, departmentFields, type Department, type DepartmentInput } from './directory/department.ts';
export { destinationFields, isSomewhere, type Destination, type DestinationInput } from './directory/destination.ts';
export { extensionFields, placeOfPhone, type Extension, type ExtensionInput } from './directory/extension.ts';
export { contractFields, limitFields, unlimited, type ContractLimit, type Limits } from './directory/limits.ts';
export type { Changes, Unreadable } from './directory/member.ts';
export { unrestricted, type Restriction } from './directory/restriction.ts';
