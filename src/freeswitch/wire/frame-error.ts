/** The bytes cannot be a message of an event socket; the connection is of no more use. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}
