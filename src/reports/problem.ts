/** What can be said of a report that is asked for, beside its name. */
export type RequestField =
  | 'preset'
  | 'from'
  | 'to'
  | 'group'
  | 'thenBy'
  | 'filter'
  | 'order'
  | 'limit'
  | 'compare'
  | 'format'
  | 'layout'
  | 'paper'
  | 'locale'
  | 'invoice'
  | 'by';

/**
 * What is wrong with what was asked for, as one line. Who asked says what the fields are called: options on the command line,
 * keys in the configuration.
 */
export type RequestProblem = (nameOf: (field: RequestField) => string) => string;
