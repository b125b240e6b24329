import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { problemWith, valuesIn } from '../../../src/operations/install/values.ts';
import { freeswitchConf } from '../../freeswitch-conf/copy-tree.ts';

describe('a value of vars_billing.xml', () => {
  it.each([
    [
      'billing_3cx_cidr',
      ['10.0.0.2', '10.0.0.2/33', '10.0.0.300/32', '10.0.0.2/32/1', '10.0.0.2/', '::1/129', 'any/0', ''],
    ],
    ['billing_3cx_cidr_2', ['10.0.0.2/99']],
    ['billing_carrier_port', ['0', '65536', 'x', '', '-1', '5060 ']],
    ['billing_claim_seconds', ['soon', '-1', '1.5', '99999']],
    [
      'billing_carrier_host',
      ['sip example', 'a;b', 'a@b', '', 'a,b', '10.0.0.2:5066', 'host:5060', '[2001:db8::1]:5060', '[10.0.0.2]', ':'],
    ],
    ['billing_carrier_register', ['yes', 'TRUE', '1']],
    ['billing_emergency_numbers', ['911,112', '911|', '|911', '911||112', 'police', '']],
    ['billing_carrier_password', ['a"b', 'a<b', 'a\nb']],
  ])('%s is not one of %j', (name, wrong) => {
    expect(wrong.filter((value) => problemWith(name, value) === null)).toEqual([]);
  });

  it.each([
    ['billing_3cx_cidr', ['10.0.0.2/32', '0.0.0.0/0', '2001:db8::/64', '$${local_ip_v4}/32']],
    ['billing_carrier_port', ['1', '5060', '65535', '$${external_sip_port}']],
    ['billing_claim_seconds', ['0', '27', '86400']],
    ['billing_carrier_host', ['sip.example.com', '10.0.0.2', '[2001:db8::1]', '2001:db8::1', 'host_1', '$${domain}']],
    ['billing_carrier_register', ['true', 'false']],
    ['billing_emergency_numbers', ['911', '911|112|988']],
    ['billing_carrier_password', ['&', 'a b', "'"]],
  ])('%s may be one of %j', (name, right) => {
    expect(right.filter((value) => problemWith(name, value) !== null)).toEqual([]);
  });

  it('as we ship it is right', () => {
    const shipped = [...valuesIn(readFileSync(join(freeswitchConf, 'vars_billing.xml'), 'utf8'))];
    expect(shipped.length).toBeGreaterThan(30);
    expect(shipped.filter(([name, value]) => problemWith(name, value) !== null)).toEqual([]);
  });
});
