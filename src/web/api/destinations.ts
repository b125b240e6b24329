import { destinationFields } from '../../words/directory.ts';
import { destinationKeeping } from '../pages/directory/destinations.ts';
import type { ApiRoute } from '../route.ts';
import { namedApi } from './named.ts';

export const destinationApi: readonly ApiRoute[] = namedApi({
  ...{ one: 'destination', Name: 'Destination', fields: destinationFields, keeping: destinationKeeping },
  ...{ read: 'destinations:read', write: 'destinations:write' },
  removing: 'Removes a destination and its limits',
  list: ({ parts }) => parts.store.listDestinations(),
});
