import { describe, expect, it } from '@jest/globals';
import sql from 'mssql';
import { toStoreError } from '../../../src/store/sqlserver/errors.ts';

/** As mssql makes it of what the server answered: sys.messages has the numbers and texts. */
function answered(number: number, message: string): sql.RequestError {
  return Object.assign(new sql.RequestError(message, 'EREQUEST'), { number });
}

describe('what an error of SQL Server means to the person who can act', () => {
  it.each([
    [1105, "Could not allocate space for object 'dbo.CallRecords'", 'full', /give it space/],
    [9002, "The transaction log for database 'billing' is full", 'full', /give it space/],
    [3906, 'Failed to update database because the database is read-only.', 'unavailable', /read-only/],
    [229, "The INSERT permission was denied on the object 'CallRecords'", 'unavailable', /give it the role/],
    [208, "Invalid object name 'dbo.Accounts'.", 'unavailable', /run billing-codes migrate/],
    [18456, "Login failed for user 'billing'.", 'unavailable', /sqlserver\.user and sqlserver\.password/],
    [4060, 'Cannot open database "billing" requested by the login.', 'unavailable', /sqlserver\.database/],
    [547, 'The INSERT statement conflicted with the CHECK constraint "CK_x".', 'invalid', /CK_x/],
    [2628, "String or binary data would be truncated in column 'Name'.", 'invalid', /Name/],
    [2627, "Violation of UNIQUE KEY constraint 'UQ_Accounts_Code'.", 'duplicate', /exists already/],
    [2601, 'Cannot insert duplicate key row.', 'duplicate', /exists already/],
    [1205, 'Transaction was deadlocked and has been chosen as the deadlock victim.', 'unavailable', /deadlock/],
    [50000, 'said by a trigger\nin two lines', 'unavailable', /said by a trigger$/],
  ])('%i: %s', (number, text, code, says) => {
    const error = toStoreError(answered(number, text), 'db1:1433/billing', 'The account');
    expect(error).toMatchObject({ name: 'StoreError', code });
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('\n');
    if (code === 'unavailable' || code === 'full') expect(error.message).toContain('db1:1433/billing');
  });

  it('a value that the driver cannot send is a problem of this row, not an unreachable server', () => {
    // Its typings do not know tedious' own codes, which it hands on.
    const said = new sql.RequestError("Validation failed for parameter 'startedAtMs'. Invalid date.");
    const refused = Object.assign(said, { code: 'EPARAM' });
    expect(toStoreError(refused, 'db1:1433/billing', 'The call record')).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('Invalid date') as unknown,
    });
  });
});
