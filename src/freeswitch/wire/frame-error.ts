/** The bytes cannot be a message of an event socket; the connection is of no more use. */
export class FrameError extends Error {
  override readonly name = 'FrameError';

  /** Without a stack, which nobody reads: to gather it takes longer than all else that a peer costs whose bytes are refused. */
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}
