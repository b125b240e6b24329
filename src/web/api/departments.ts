import { departmentFields } from '../../words/directory.ts';
import { departmentKeeping } from '../pages/directory/departments.ts';
import type { ApiRoute } from '../route.ts';
import { namedApi } from './named.ts';

export const departmentApi: readonly ApiRoute[] = namedApi({
  ...{ one: 'department', Name: 'Department', fields: departmentFields, keeping: departmentKeeping },
  ...{ read: 'departments:read', write: 'departments:write' },
  removing: 'Removes a department that nothing belongs to',
  list: ({ parts }) => parts.store.listDepartments(),
});
