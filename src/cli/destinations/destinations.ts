import { destinationFields, type Destination, type DestinationInput } from '../../words/directory.ts';
import { directoryContext } from '../directory/context.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';
import { flaggedOf, namedCommands } from '../directory/named.ts';
import { storeCommand } from '../store-command.ts';

const help = `Usage: billing-codes destinations COMMAND …

  add NAME [FLAGS]                           needs call types or prefixes
  change NAME FLAGS                          an empty text clears
  rename NAME NEW-NAME
  remove NAME
  list [--json]                              and what cannot be read
  show NAME [--json]                         one of them
  import FILE [--dry-run]                    all or nothing; adds missing destinations, changes what is given of others
  export [--output FILE.csv]                 all destinations, as import takes them again

${fieldsHelp(flaggedOf(destinationFields))}

Limits are of all calls that go there together, whoever makes them; a number may belong to several destinations, and then the limits of each
apply (docs/limits.md). Columns of CSV files, of which only the name is needed for those that are there already:
${columnsHelp(destinationFields)}

Names are matched regardless of case.

Exit codes: 0 done, 1 no such destination, 2 wrong usage or input, and nothing changed.
`;

const destinationCommands = namedCommands<Destination, DestinationInput>({
  ...{ one: 'destination', many: 'destinations', fields: destinationFields },
  list: (store) => store.listDestinations(),
  add: (store, input) => store.addDestination(input),
  update: (store, name, changes) => store.updateDestination(name, changes),
  remove: (store, name) => store.removeDestination(name),
  import: (store, inputs) => store.importDestinations(inputs),
  more: () => ({}),
});

/** `billing-codes destinations …`. */
export const { command: destinationsCommand, run } = storeCommand({
  name: 'destinations',
  help,
  subcommands: destinationCommands,
  contextOf: directoryContext,
});
