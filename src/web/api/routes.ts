import { open, type Route } from '../route.ts';
import { accountApi } from './accounts.ts';
import { callApi } from './calls.ts';
import { departmentApi } from './departments.ts';
import { destinationApi } from './destinations.ts';
import { extensionApi } from './extensions.ts';
import { healthApi } from './health.ts';
import { dialApi } from './dial.ts';
import { documentOf, documentPath } from './openapi.ts';
import { rateApi } from './rates.ts';
import { reportApi } from './reports.ts';

const operations = [
  ...accountApi,
  ...extensionApi,
  ...departmentApi,
  ...destinationApi,
  ...callApi,
  ...dialApi,
  ...reportApi,
  ...rateApi,
  ...healthApi,
];

export const apiRoutes: readonly Route[] = [
  ...operations,
  open('GET', documentPath, ({ parts }) =>
    Promise.resolve({ kind: 'json', value: documentOf(operations, parts.version) }),
  ),
];
