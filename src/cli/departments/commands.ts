import type { DepartmentUse } from '../../store/ports/directory-admin.ts';
import { departmentFields, type DepartmentInput } from '../../words/directory.ts';
import { namedCommands } from '../directory/named.ts';

/** A department is made with nothing in it. */
const unused = { accounts: 0, extensions: 0 };

export const departmentCommands = namedCommands<DepartmentUse, DepartmentInput>({
  ...{ one: 'department', many: 'departments', fields: departmentFields },
  list: (store) => store.listDepartmentUse(),
  add: async (store, input) => ({ ...(await store.addDepartment(input)), ...unused }),
  async update(store, name, changes) {
    const changed = await store.updateDepartment(name, changes);
    return changed === null ? null : { ...changed, ...unused };
  },
  async remove(store, name) {
    const removed = await store.removeDepartment(name);
    return removed === null ? null : { ...removed, ...unused };
  },
  import: (store, inputs) => store.importDepartments(inputs),
  more: ({ accounts, extensions }) => ({ accounts, extensions }),
});
