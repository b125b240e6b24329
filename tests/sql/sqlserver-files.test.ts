import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { batchesOf, listMigrations, migrationsFolder } from '../../src/store/sqlserver/migrate.ts';

type Construct = { since: string; pattern: RegExp; example: string };

/** T-SQL that SQL Server 2008 does not know, and what Babelfish 4.3 lacks of what it does (learn.microsoft.com, "What's new"). */
const constructs: Construct[] = [
  { since: '2012', pattern: /\bIIF\s*\(/i, example: 'SELECT IIF(1 = 1, 2, 3)' },
  { since: '2012', pattern: /\bCHOOSE\s*\(/i, example: 'SELECT CHOOSE(1, 2)' },
  { since: '2012', pattern: /\bFORMAT\s*\(/i, example: "SELECT FORMAT(1, 'N')" },
  { since: '2012', pattern: /\bCONCAT\s*\(/i, example: "SELECT CONCAT('a', 'b')" },
  { since: '2017', pattern: /\bCONCAT_WS\s*\(/i, example: "SELECT CONCAT_WS(',', 'a')" },
  { since: '2012', pattern: /\bTHROW\b/i, example: "THROW 50000, 'x', 1" },
  { since: '2012', pattern: /\bOFFSET\s+\S+\s+ROWS?\b/i, example: 'ORDER BY Id OFFSET 10 ROWS' },
  { since: '2012', pattern: /\bFETCH\s+(?:NEXT|FIRST)\s+(?!FROM\b)\S+\s+ROWS?\b/i, example: 'FETCH NEXT 10 ROWS ONLY' },
  { since: '2012', pattern: /\bTRY_(?:CAST|CONVERT|PARSE)\s*\(/i, example: "SELECT TRY_CAST('1' AS INT)" },
  { since: '2012', pattern: /\bEOMONTH\s*\(/i, example: 'SELECT EOMONTH(GETDATE())' },
  {
    since: '2012',
    pattern: /\b(?:DATE|TIME|DATETIME2?|DATETIMEOFFSET)FROMPARTS\s*\(/i,
    example: 'DATEFROMPARTS(1, 2, 3)',
  },
  {
    since: '2012',
    pattern: /\b(?:LAG|LEAD|FIRST_VALUE|LAST_VALUE)\s*\(/i,
    example: 'SELECT LAG(Id) OVER (ORDER BY Id)',
  },
  {
    since: '2012',
    pattern: /\bROWS\s+(?:BETWEEN|UNBOUNDED)\b/i,
    example: 'SUM(x) OVER (ORDER BY y ROWS UNBOUNDED PRECEDING)',
  },
  {
    since: '2012',
    pattern: /\b(?:CREATE|ALTER)\s+SEQUENCE\b|\bNEXT\s+VALUE\s+FOR\b/i,
    example: 'NEXT VALUE FOR dbo.S',
  },
  { since: '2012', pattern: /\bALTER\s+ROLE\s+\S+\s+ADD\s+MEMBER\b/i, example: 'ALTER ROLE r ADD MEMBER u' },
  { since: '2012', pattern: /\bWITH\s+RESULT\s+SETS\b/i, example: 'EXEC p WITH RESULT SETS NONE' },
  {
    since: '2014',
    pattern: /,\s*INDEX\s+\S+\s*(?:NONCLUSTERED\s*)?\(/i,
    example: 'CREATE TABLE t (a INT, INDEX i (a))',
  },
  { since: '2016', pattern: /\bDROP\s+\w+\s+IF\s+EXISTS\b/i, example: 'DROP TABLE IF EXISTS t' },
  { since: '2016', pattern: /\bCREATE\s+OR\s+ALTER\b/i, example: 'CREATE OR ALTER VIEW v' },
  { since: '2016', pattern: /\bSTRING_(?:SPLIT|AGG|ESCAPE)\s*\(/i, example: "STRING_SPLIT('a,b', ',')" },
  { since: '2016', pattern: /\b(?:JSON_\w+|OPENJSON|ISJSON)\s*\(|\bFOR\s+JSON\b/i, example: "JSON_VALUE(x, '$.a')" },
  { since: '2016', pattern: /\bAT\s+TIME\s+ZONE\b/i, example: "x AT TIME ZONE 'UTC'" },
  { since: '2016', pattern: /\bDATEDIFF_BIG\s*\(/i, example: 'DATEDIFF_BIG(ms, a, b)' },
  { since: '2016', pattern: /\bSESSION_CONTEXT\s*\(/i, example: "SESSION_CONTEXT(N'a')" },
  { since: '2017', pattern: /\b(?:TRIM|TRANSLATE)\s*\(/i, example: 'SELECT TRIM(x)' },
  {
    since: '2022',
    pattern: /\b(?:GREATEST|LEAST|DATETRUNC|GENERATE_SERIES|DATE_BUCKET)\s*\(/i,
    example: 'GREATEST(1, 2)',
  },
  { since: '2022', pattern: /\bIS\s+(?:NOT\s+)?DISTINCT\s+FROM\b/i, example: 'a IS DISTINCT FROM b' },
  { since: 'not in Babelfish', pattern: /\bMERGE\b/i, example: 'MERGE INTO t' },
  { since: 'not in Babelfish', pattern: /\bWAITFOR\b/i, example: "WAITFOR DELAY '00:00:01'" },
  { since: 'not in Babelfish', pattern: /\bMIN_ACTIVE_ROWVERSION\s*\(/i, example: 'SELECT MIN_ACTIVE_ROWVERSION()' },
];

/** Without comments; what stands in strings stays, since EXEC ('…') holds statements. */
const statements = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/--.*$/gm, '');

const tooNew = (text: string): string[] =>
  constructs
    .filter(({ pattern }) => pattern.test(statements(text)))
    .map(({ since, pattern }) => `${since}: ${statements(text).match(pattern)?.[0] ?? ''}`);

const sqlFiles = readdirSync(migrationsFolder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sql'))
  .map((name) => ({ name, text: readFileSync(join(migrationsFolder, name), 'utf8') }));

/** The statements that the program itself sends. */
const sourceFolder = join(import.meta.dirname, '..', '..', 'src', 'store', 'sqlserver');
const sourceFiles = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const sources = sourceFiles.map((name) => {
  const literals = readFileSync(join(sourceFolder, name), 'utf8').match(/`[^`]*`|'[^'\n]*'/g) ?? [];
  const isStatement = (text: string): boolean =>
    /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|EXEC|DECLARE|DROP)\s/.test(text);
  return { name, text: literals.filter(isStatement).join('\n') };
});

describe('T-SQL that SQL Server 2008 and Babelfish both accept', () => {
  it.each(constructs.map(({ since, example }) => [since, example]))(
    'knows that this is newer: %s, %s',
    (_, example) => {
      expect(tooNew(example)).not.toEqual([]);
      expect(tooNew(`-- ${example}\nSELECT 1`)).toEqual([]);
    },
  );

  it('accepts what only looks newer', () => {
    const text = "FETCH NEXT FROM rows INTO @a; SELECT 'x' AS Format, LTRIM(RTRIM(Name)), a.Least FROM t a";
    expect(tooNew(text)).toEqual([]);
  });

  it.each(sqlFiles.map((file) => [file.name, file.text]))('sql/sqlserver/%s', (_, text) => {
    expect(tooNew(text)).toEqual([]);
  });

  it.each(sources.map((file) => [file.name, file.text]))('src/store/sqlserver/%s', (_, text) => {
    expect(tooNew(text)).toEqual([]);
  });
});

/** Files up to this one note their version even where a batch before failed (sqlcmd without -b); sites have them as they are. */
const lastNotedBlindly = 9;

describe('every migration for SQL Server', () => {
  it.each(listMigrations().map(({ version, name, batches }) => [name, version, batches] as const))(
    '%s ends by recording itself, and may be run again',
    (name, version, batches) => {
      const noting =
        `IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = ${version})\n` +
        `INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (${version}, N'${name}');`;
      const last = batches.at(-1) ?? '';
      if (version <= lastNotedBlindly) expect(last).toBe(noting);
      else {
        expect(last).toContain(`\nELSE ${noting}`);
        expect(statements(last).trim()).toMatch(/^IF [^;]*\nRAISERROR\('[^']*', 16, 1\);\nELSE IF NOT EXISTS/);
        expect(last).toContain(`SELECT 1 FROM dbo.SchemaMigrations WHERE Version = ${version - 1})`);
      }
      for (const batch of batches) {
        const first = statements(batch).trim();
        // GRANT and REVOKE may be repeated as they are; everything else looks before it makes something.
        expect(first).toMatch(/^(?:IF |GRANT |REVOKE |UPDATE |DELETE )/);
        // Babelfish shows indexes under names of its own, which begin with the one that was given, in small letters.
        const [, index] = /^IF NOT EXISTS[^\n]*\nCREATE INDEX (\w+) ON/.exec(first) ?? [];
        if (index !== undefined) expect(first).toContain(`LOWER(name) LIKE '${index.toLowerCase()}%'`);
      }
    },
  );

  /** Without what cannot have names, or must not (temporary tables, whose constraints share the names of all sessions), and without texts. */
  const lasting = (text: string): string =>
    statements(text)
      .replace(/(?:@\w+ TABLE|CREATE TABLE #\w+) \([^;]*;/g, ' ')
      .replace(/N'[^']*'/g, ' ');

  it.each(sqlFiles.map((file) => [file.name, lasting(file.text)]))('%s names every constraint', (_, text) => {
    for (const [found] of text.matchAll(
      /(?:\S+\s+){0,2}\b(?:PRIMARY\s+KEY|UNIQUE\b|CHECK\s*\(|DEFAULT\b|REFERENCES\b)/gi,
    )) {
      if (/FOREIGN\s+KEY/i.test(found) || /^UNIQUE\s+INDEX/i.test(found)) continue;
      expect(found).toMatch(/CONSTRAINT\s+(?:PK|UQ|CK|DF|FK)_\w+\s/);
    }
  });

  it('has no batch that only a person can run: sqlcmd variables, USE, PRINT', () => {
    for (const { text } of sqlFiles) {
      expect(statements(text)).not.toMatch(/^\s*(?:USE\s|:|PRINT\s)|\$\(\w+\)/im);
    }
  });
});

/** The arguments of a call whose text begins after its bracket. */
function argumentsOf(text: string): string[] {
  const found: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (')]}'.includes(character)) depth -= 1;
    if (depth < 0) break;
    if ('([{'.includes(character)) depth += 1;
    if (character === ',' && depth === 0) found.push('');
    else found.push((found.pop() ?? '') + character);
  }
  return found.map((argument) => argument.trim()).filter((argument) => argument !== '');
}

describe('what a DBA would stumble over', () => {
  it('is not there: filtered indexes and indexed views, whose tables refuse sessions with QUOTED_IDENTIFIER off', () => {
    for (const { text } of sqlFiles) {
      for (const [index] of statements(text).matchAll(/CREATE\s+(?:UNIQUE\s+)?(?:CLUSTERED\s+)?INDEX\s[^;]*;/gi)) {
        expect(index).not.toMatch(/\bWHERE\b/i);
      }
      expect(statements(text)).not.toMatch(/\bSCHEMABINDING\b/i);
    }
  });

  it('is not there: a parameter without its type, NVARCHAR against VARCHAR, which scans an index', () => {
    let parameters = 0;
    for (const name of sourceFiles) {
      const text = readFileSync(join(sourceFolder, name), 'utf8');
      for (const { index } of text.matchAll(/\.input\(/g)) {
        const given = argumentsOf(text.slice(index + '.input('.length));
        expect([name, given, given.length]).toEqual([name, given, 3]);
        parameters += 1;
      }
    }
    expect(parameters).toBeGreaterThan(30);
  });
});

describe('batchesOf', () => {
  it('splits at GO alone on a line, in any case, with spaces, and drops empty batches', () => {
    expect(batchesOf('SELECT 1\nGO\n-- only words\nGO\n  go  \r\nSELECT 2 -- GO\nGOTO there\n')).toEqual([
      'SELECT 1',
      'SELECT 2 -- GO\nGOTO there',
    ]);
  });
});
