/** A scenario file of SIPp from its messages and pauses. */
export const scenario = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="billing-codes">\n${body}</scenario>\n`;
