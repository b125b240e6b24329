const characters = new Intl.Segmenter();

/** How wide a text is in a table of a terminal: its characters as a person counts them. */
export function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : Array.from(characters.segment(text)).length;
}
