/** What is taken of it: the metadata, as libphonenumber's JavaScript build holds it (metadata.js, shortnumbermetadata.js). */
declare module 'google-libphonenumber' {
  type Metadata = { countryToMetadata: Record<string, readonly (readonly unknown[] | string | number | null)[]> };
  const library: { metadata: Metadata; shortnumbermetadata: Metadata };
  export default library;
}
