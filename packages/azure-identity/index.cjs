'use strict';
// tedious asks for @azure/identity as it is loaded (lib/connection.js) and uses it for logins with Microsoft Entra ID alone, which
// few sites have; with @azure/keyvault-keys it is 34 packages and 51 MB. This package stands in for it, by the same name and version
// (package.json, "dependencies"), and hands on to the real one where a site has installed that by the name below.

const install = 'npm install --no-save azure-identity@npm:@azure/identity@4';

function real() {
  try {
    return require('azure-identity');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`a login with Microsoft Entra ID needs one more package: ${install}`);
  }
}

/** A class of @azure/identity that is looked up when the first of its kind is made. */
const later = (name) =>
  new Proxy(class {}, {
    construct: (_, args) => new (real()[name])(...args),
  });

for (const name of [
  'ClientSecretCredential',
  'DefaultAzureCredential',
  'ManagedIdentityCredential',
  'UsernamePasswordCredential',
]) {
  exports[name] = later(name);
}
