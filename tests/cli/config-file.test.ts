import { describe, expect, it } from '@jest/globals';
import { configFileHere } from '../../src/cli/config-file.ts';

const here = 'billing-codes.json';
const installed = {
  linux: '/etc/billing-codes/billing-codes.json',
  win32: 'C:/ProgramData/billing-codes/billing-codes.json',
};

describe.each(['linux', 'win32'] as const)('the configuration file where none is named, on %s', (platform) => {
  it('is that of this folder', () => {
    expect(configFileHere(() => true, platform)).toBe(here);
  });

  it('or else that of what is installed on this machine', () => {
    expect(configFileHere((file) => file !== here, platform)).toBe(installed[platform]);
  });

  it('or none', () => {
    expect(configFileHere(() => false, platform)).toBeNull();
  });
});
