/** One channel variable, with its place in a JSON event ready. Those of a template are shared between all calls. */
export type Entry = { readonly name: string; readonly value: string; readonly json: string };

/**
 * Channel variables in FreeSWITCH's order: setting one that is there already moves it to the end
 * (`EF_UNIQ_HEADERS` deletes, then appends), an empty value deletes it.
 */
export type Variables = { map: Map<string, Entry>; rendered: string | null };

export function createVariables(): Variables {
  return { map: new Map(), rendered: null };
}

export function entryOf(name: string, value: string): Entry {
  return { name, value, json: `,${JSON.stringify(`variable_${name}`)}:${JSON.stringify(value)}` };
}

export function putEntry(variables: Variables, entry: Entry): void {
  variables.map.delete(entry.name);
  variables.map.set(entry.name, entry);
  variables.rendered = null;
}

export function setVariable(variables: Variables, name: string, value: string | null): void {
  if (value !== null && value !== '') putEntry(variables, entryOf(name, value));
  else if (variables.map.delete(name)) variables.rendered = null;
}

export function getVariable(variables: Variables, name: string): string | null {
  return variables.map.get(name)?.value ?? null;
}

/** `switch_true`. */
export function isTrue(value: string | null): boolean {
  return value !== null && /^(true|yes|on|enabled|active|allow|t|y|\d*[1-9]\d*)$/i.test(value);
}

/** `,"variable_a":"…","variable_b":"…"`. */
export function variablesJson(variables: Variables): string {
  if (variables.rendered !== null) return variables.rendered;
  let json = '';
  for (const entry of variables.map.values()) json += entry.json;
  variables.rendered = json;
  return json;
}

/** What a template's `{name}` stands for. */
export type Slots = Readonly<Record<string, string>>;
export type Template = readonly (Entry | { readonly name: string; fill(slots: Slots): string })[];

/** One `name=value` a line; `{slot}` in a value is filled in for each leg. */
export function template(lines: string): Template {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const at = line.indexOf('=');
      const name = line.slice(0, at).trim();
      const value = line.slice(at + 1);
      if (!value.includes('{')) return entryOf(name, value);
      const parts = value.split(/\{(\w+)\}/);
      return {
        name,
        fill: (slots) => parts.map((part, index) => (index % 2 === 1 ? (slots[part] ?? '') : part)).join(''),
      };
    });
}

export function applyTemplate(variables: Variables, lines: Template, slots: Slots): void {
  for (const line of lines) {
    if ('fill' in line) setVariable(variables, line.name, line.fill(slots));
    else putEntry(variables, line);
  }
}
