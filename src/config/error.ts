/** The configuration is wrong; `message` is one line that names the key, where it stands, and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
