import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readWhole } from '../../csv/whole-file.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { UsageError } from '../usage.ts';
import { fileOptions, isFileOption, type FileOptionValues } from '../../directory/rates/file-options.ts';

/*
 * How the files of a carrier are read, kept under a name: a JSON file with the options of the command. It is a file and not a table
 * of the store because no price depends on it once the rates are in, and because a file can be read, edited, copied to another
 * machine and kept under version control with the carrier's own.
 */

const mappingFile = (folder: string, name: string): string => {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u.test(name)) {
    throw new UsageError(
      `--mapping: ${JSON.stringify(name)} is not a name of up to 60 letters, digits, spaces, points and dashes`,
    );
  }
  return join(folder, `${name}.json`);
};

/** Some options, each with a short text. */
const maximumBytes = 1_000_000;
const textOf = async (file: string): Promise<string> => (await readWhole(file, maximumBytes)).toString('utf8');

/** Throws a `UsageError`. */
export async function readMapping(folder: string, name: string): Promise<FileOptionValues> {
  const file = mappingFile(folder, name);
  const text = await textOf(file).catch((error: unknown) => {
    const why = errorCodeOf(error) === 'ENOENT' ? 'there is none: make it with --save-mapping' : messageOf(error);
    throw new UsageError(`--mapping ${name}: cannot read ${file}: ${why}`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--mapping ${name}: ${file} is not JSON: ${messageOf(error)}`);
  }
  return checked(json, file);
}

function checked(json: unknown, file: string): FileOptionValues {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`${file}: it must hold an object of options, as in {"increments": "60/60"}`);
  }
  for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
    if (!isFileOption(name)) {
      throw new UsageError(
        `${file}: unknown option "${name}"; the options are: ${Object.keys(fileOptions).join(', ')}`,
      );
    }
    const option: { type: string; multiple?: true } = fileOptions[name];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (option.multiple === true ? isList : typeof value === option.type) continue;
    throw new UsageError(
      `${file}: "${name}" must be ${option.multiple === true ? 'a list of texts' : option.type === 'boolean' ? 'true or false' : 'a text'}`,
    );
  }
  return json;
}

/** Writes it whole or not at all; answers the file. */
export async function saveMapping(folder: string, name: string, values: FileOptionValues): Promise<string> {
  const file = mappingFile(folder, name);
  const given = Object.entries(values).filter(([option, value]) => isFileOption(option) && value !== undefined);
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(Object.fromEntries(given), null, 2)}\n`);
  await rename(temporary, file);
  return file;
}
