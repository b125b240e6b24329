import { all, attribute, children, parse, textOf } from './xml.ts';
import { settingsOf } from './copy-tree.ts';
import type { Element } from '@xmldom/xmldom';

/** One application of the dialplan, its argument before `${…}` is expanded. */
export type Action = { application: string; data: string };

const settings = settingsOf(textOf('vars_billing.xml'));

/** The dialplan with the shipped settings put in, as the preprocessor does. */
function preprocessed(text: string): string {
  return text.replaceAll(/\$\$\{([a-z0-9_]+)\}/g, (whole, name: string) => settings.get(name) ?? whole);
}

const contexts = new Map(
  all(parse(preprocessed(textOf('dialplan/billing.xml'))), 'context').map((context) => [
    attribute(context, 'name'),
    children(context, 'extension'),
  ]),
);

/**
 * The actions that mod_dialplan_xml would pick in a context: all conditions of an extension must match (break on the first
 * that does not), and only an extension that says `continue` lets the hunt go on.
 */
export function hunt(context: string, destination: string, given: Record<string, string>): Action[] {
  // With what `inline` actions set while the hunt goes on.
  const variables = { ...given };
  const extensions = contexts.get(context);
  if (extensions === undefined) throw new Error(`no context ${context}`);
  const actions: Action[] = [];
  for (const extension of extensions) {
    const matched = children(extension, 'condition').every((condition) => {
      const tests = condition.getAttribute('regex') === 'any' ? children(condition, 'regex') : [condition];
      const match = firstMatch(tests, destination, variables);
      const picked = children(condition, match === null ? 'anti-action' : 'action');
      for (const action of picked) {
        const data = attribute(action, 'data').replaceAll(
          /(?<!\$)\$(\d)/g,
          (_, group: string) => match?.[Number(group)] ?? '',
        );
        const made = { application: attribute(action, 'application'), data };
        actions.push(made);
        if (action.getAttribute('inline') === 'true') Object.assign(variables, variablesSet([made]));
      }
      return match !== null;
    });
    if (matched && extension.getAttribute('continue') !== 'true') break;
  }
  return actions;
}

/** `regex="any"`: one of several tests is enough. */
function firstMatch(
  tests: readonly Element[],
  destination: string,
  variables: Record<string, string>,
): RegExpExecArray | null {
  for (const test of tests) {
    const match = new RegExp(attribute(test, 'expression')).exec(valueOf(test, destination, variables));
    if (match !== null) return match;
  }
  return null;
}

function valueOf(condition: Element, destination: string, variables: Record<string, string>): string {
  const field = attribute(condition, 'field');
  if (field === 'destination_number') return destination;
  if (!/^(?:\$\{[a-z_]+\}|:)+$/.test(field)) throw new Error(`field ${field}`);
  return field.replaceAll(/\$\{([a-z_]+)\}/g, (_, name: string) => variables[name] ?? '');
}

/** The variables that a list of actions sets; a later one wins. */
export function variablesSet(actions: readonly Action[]): Record<string, string> {
  const pairs = actions
    .filter(({ application }) => application === 'set')
    .map(({ data }): [string, string] => [data.slice(0, data.indexOf('=')), data.slice(data.indexOf('=') + 1)]);
  return Object.fromEntries(pairs);
}
