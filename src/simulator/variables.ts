/**
 * One channel variable. Those that are the same in every call are shared, with their place in a JSON event ready (`json`);
 * the others are written out for each event, because ten thousand calls would keep them all.
 */
export type Entry = { readonly name: string; readonly value: string; readonly json: string | null };

/**
 * Channel variables in FreeSWITCH's order: setting one that is there already moves it to the end
 * (`EF_UNIQ_HEADERS` deletes, then appends), an empty value deletes it.
 */
export type Variables = Map<string, Entry>;

/** `,"variable_name":` by name; the names of FreeSWITCH and of a site are few, but a peer could make up any number. */
const keys = new Map<string, string>();
const maximumKeys = 1000;

function keyOf(name: string): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = `,${JSON.stringify(`variable_${name}`)}:`;
  if (keys.size < maximumKeys) keys.set(name, key);
  return key;
}

function putEntry(variables: Variables, entry: Entry): void {
  variables.delete(entry.name);
  variables.set(entry.name, entry);
}

export function setVariable(variables: Variables, name: string, value: string | null): void {
  if (value !== null && value !== '') putEntry(variables, { name, value, json: null });
  else variables.delete(name);
}

export function getVariable(variables: Variables, name: string): string | null {
  return variables.get(name)?.value ?? null;
}

/** `switch_true`. */
export function isTrue(value: string | null): boolean {
  return value !== null && /^(true|yes|on|enabled|active|allow|t|y|\d*[1-9]\d*)$/i.test(value);
}

/** `,"variable_a":"…","variable_b":"…"`. */
export function variablesJson(variables: Variables): string {
  let json = '';
  for (const entry of variables.values()) json += entry.json ?? keyOf(entry.name) + JSON.stringify(entry.value);
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
      if (!value.includes('{')) return { name, value, json: keyOf(name) + JSON.stringify(value) };
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
