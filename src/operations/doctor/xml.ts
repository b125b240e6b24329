/** An element of the XML that FreeSWITCH writes and reads; texts between elements mean nothing there. */
export type Element = { name: string; attributes: Readonly<Record<string, string>>; children: Element[] };

const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/)?([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>/g;
const pair = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Elements at the top, in their order. Throws where an element is not closed. */
export function parseXml(text: string): Element[] {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  for (const [, closing, name, attributes = '', empty] of text.matchAll(token)) {
    if (name === undefined) continue;
    const inside = open.at(-1);
    if (closing !== undefined) {
      if (open.length < 2 || inside?.name !== name) throw new Error(`</${name}> closes nothing that is open`);
      open.pop();
      continue;
    }
    const element: Element = { name, attributes: attributesOf(attributes), children: [] };
    inside?.children.push(element);
    if (empty === undefined) open.push(element);
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name ?? ''}> is not closed`);
  return top.children;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(pair)].map(([, name = '', double, single]) => [name, plain(double ?? single ?? '')]),
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plain = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '');

/** As the text of an element, or of an attribute in double quotes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Elements of a name, however deep. */
export function allNamed(elements: readonly Element[], name: string): Element[] {
  return elements.flatMap((element) => [
    ...(element.name === name ? [element] : []),
    ...allNamed(element.children, name),
  ]);
}

/** Equal for equal elements. */
export const sameText = ({ name, attributes, children }: Element): string =>
  JSON.stringify([name, Object.entries(attributes).sort(), children.map(sameText)]);
