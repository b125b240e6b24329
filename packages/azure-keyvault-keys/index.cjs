'use strict';
// tedious loads the package of this name for keys of Always Encrypted that lie in an Azure Key Vault, which this project does not use
// (lib/always-encrypted/keystore-provider-azure-key-vault.js); see ../azure-identity for what it would bring.
