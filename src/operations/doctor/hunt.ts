import type { Element } from './xml.ts';

/** One application of the dialplan, its argument before `${…}` is expanded. */
export type Action = { application: string; data: string };

export type Hunted = { actions: Action[]; variables: Readonly<Record<string, string>> };

/**
 * The actions that mod_dialplan_xml would pick in a context, without a call: all conditions of an extension must match (break on the
 * first that does not), and only an extension that says `continue` lets the hunt go on. Throws where a condition is not understood.
 */
export function hunt(context: Element, destination: string, given: Readonly<Record<string, string>>): Hunted {
  const actions: Action[] = [];
  let variables = given;
  for (const extension of context.children.filter(({ name }) => name === 'extension')) {
    const conditions = extension.children.filter(({ name }) => name === 'condition');
    const matched = conditions.every((condition) => {
      const match = matchOf(condition, destination, variables);
      const picked = actionsOf(condition, match);
      actions.push(...picked.map(({ application, data }) => ({ application, data })));
      // These are done at once: conditions behind them see what they set.
      variables = { ...variables, ...variablesSet(picked.filter(({ isInline }) => isInline)) };
      return match !== null;
    });
    if (matched && extension.attributes['continue'] !== 'true') break;
  }
  return { actions, variables: variablesSet(actions) };
}

function matchOf(
  condition: Element,
  destination: string,
  variables: Readonly<Record<string, string>>,
): RegExpExecArray | null {
  const tests =
    'regex' in condition.attributes ? condition.children.filter(({ name }) => name === 'regex') : [condition];
  for (const { attributes } of tests) {
    const { field = '', expression = '' } = attributes;
    const match = new RegExp(expression).exec(valueOf(field, destination, variables));
    if (match !== null) return match;
  }
  return null;
}

function valueOf(field: string, destination: string, variables: Readonly<Record<string, string>>): string {
  if (field === 'destination_number') return destination;
  if (!field.startsWith('${')) throw new Error(`a condition on ${field}, which is none of ours`);
  return field.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '');
}

function actionsOf(condition: Element, match: RegExpExecArray | null): (Action & { isInline: boolean })[] {
  return condition.children
    .filter(({ name }) => name === (match === null ? 'anti-action' : 'action'))
    .map(({ attributes: { application = '', data = '', inline } }) => ({
      application,
      isInline: inline === 'true',
      data: data.replace(/(?<!\$)\$(\d)/g, (_, group: string) => match?.[Number(group)] ?? ''),
    }));
}

/** A later one wins. */
function variablesSet(actions: readonly Action[]): Record<string, string> {
  return Object.fromEntries(
    actions
      .filter(({ application }) => application === 'set')
      .map(({ data }) => [data.slice(0, data.indexOf('=')), data.slice(data.indexOf('=') + 1)]),
  );
}
