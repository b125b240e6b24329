/** The store could not do what was asked; `message` is one line for the person who can act. */
export class StoreError extends Error {
  readonly code: 'full' | 'damaged' | 'unavailable' | 'duplicate' | 'invalid';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
