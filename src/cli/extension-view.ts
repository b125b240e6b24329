import type { Department, Extension } from '../policy/directory.ts';
import { departmentNameOf, labelled, limitsOf, restrictionLines } from './directory-view.ts';
import { tableLines } from './table.ts';

/** One extension as JSON shows it. */
export function extensionJson(extension: Extension, departments: readonly Department[]): Record<string, unknown> {
  const { number, name, restriction } = extension;
  return { number, name, department: departmentNameOf(extension, departments), ...restriction };
}

/** All extensions as lines of an aligned table, the header first. */
export function extensionTable(extensions: readonly Extension[], departments: readonly Department[]): string[] {
  return tableLines([
    ['NUMBER', 'NAME', 'DEPARTMENT', 'LIMITS'],
    ...extensions.map((extension) => [
      extension.number,
      extension.name,
      departmentNameOf(extension, departments) ?? '',
      limitsOf(extension.restriction),
    ]),
  ]);
}

/** One extension as lines of `label: value`, in the words of the CSV columns. */
export function extensionLines(extension: Extension, departments: readonly Department[]): string[] {
  return labelled([
    ['number', extension.number],
    ['name', extension.name],
    ['department', departmentNameOf(extension, departments) ?? ''],
    ...restrictionLines(extension.restriction),
  ]);
}
