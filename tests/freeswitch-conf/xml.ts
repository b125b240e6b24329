import { DOMParser, onErrorStopParsing, type Document, type Element, type Node } from '@xmldom/xmldom';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { freeswitchConf } from './copy-tree.ts';

/** Every XML file of freeswitch-conf, by its path in there. */
export function xmlFiles(): string[] {
  const entries = readdirSync(freeswitchConf, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry) => relative(freeswitchConf, join(entry.parentPath, entry.name)))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(freeswitchConf, file), 'utf8');
}

/** Throws at the first place that is not well-formed. */
export function parse(text: string): Document {
  return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml');
}

/** The elements of a name below a node, in document order. */
export function all(node: Document | Element, name: string): Element[] {
  return Array.from(node.getElementsByTagName(name));
}

/** The elements of a name that are children of an element. */
export function children(element: Element, name: string): Element[] {
  const isWanted = (node: Node): node is Element => node.nodeType === 1 && node.nodeName === name;
  return Array.from(element.childNodes).filter(isWanted);
}

/** An attribute that must be there. */
export function attribute(element: Element, name: string): string {
  const value = element.getAttribute(name);
  if (value === null) throw new Error(`<${element.tagName}> without ${name}`);
  return value;
}
