import { problemsJson, problemsOf, shownJson, shownTexts, type View } from '../../directory/showing.ts';
import { extensionFields, type Extension } from '../../words/directory.ts';
import { labelled, limitsText, listLines } from '../directory/show.ts';

/** One extension as JSON shows it. */
export const extensionJson = (extension: Extension, view: View): Record<string, unknown> => ({
  ...shownJson(extensionFields, extension, view),
  ...problemsJson(extension),
});

/** All extensions as lines of an aligned table, the header first. */
export const extensionTable = (extensions: readonly Extension[], view: View): string[] =>
  listLines(
    extensionFields,
    extensions.map((extension) => ({
      shown: shownTexts(extensionFields, extension, view),
      more: [limitsText(extension)],
    })),
    'LIMITS',
  );

/** One extension as lines of `label: value`, in the words of the CSV columns. */
export const extensionLines = (extension: Extension, view: View): string[] =>
  labelled([
    ...shownTexts(extensionFields, extension, view).map(({ field, text }) => [field.header, text] as const),
    ...problemsOf(extension).map((problem) => ['problem', problem] as const),
  ]);
