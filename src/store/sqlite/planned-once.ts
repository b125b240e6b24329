/**
 * A parameter to compare with by `=`, for statements that run with each call: `WHERE call_id = ${plannedOnce('?')}`. Of a bare one
 * SQLite wants to know the value when it weighs several plans (where.c, whereLoopOutputAdjust: sqlite3ExprIsInteger), and plans the
 * statement anew for each value: four times what a look-up takes. Where a unique index alone decides, it weighs nothing.
 */
export const plannedOnce = (parameter: string): string => `+${parameter}`;
