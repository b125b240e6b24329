/** What a column of a rate file can contain. */
export const rateColumns = [
  'prefix',
  'country code',
  'area code',
  'npanxx',
  'npa',
  'nxx',
  'country',
  'destination',
  'network',
  'price',
  'peak price',
  'off-peak price',
  'weekend price',
  'interstate price',
  'intrastate price',
  'indeterminate price',
  'connect fee',
  'increments',
  'first increment',
  'next increment',
  'minimum charge',
  'minimum',
  'included seconds',
  'grace seconds',
  'scope',
  'tiers',
  'currency',
  'valid from',
  'valid until',
  'status',
  'part price',
  'ignored',
] as const;
export type RateColumn = (typeof rateColumns)[number];

/** Of what a call costs, however long it is. */
export const isFee = (column: RateColumn | null): boolean => column === 'connect fee' || column === 'minimum charge';

/** Names that carriers and billing systems give to columns, in lower case, with single spaces. */
const names: Record<RateColumn, string> = {
  prefix:
    'prefix, prefixes, code, codes, dial code, dial codes, dialcode, dialcodes, dialing code, dialling code, dialing codes, ' +
    'dialling codes, präfix, präfixe, dial prefix, dial prefixes, dialing prefix, dialling prefix, destination code, destination codes, ' +
    'complete code, complete codes, full code, full codes, breakout, breakouts, digits, number, e164, e 164, e164 code, pattern' +
    ', vorwahl, vorwahlen, rufnummer, indicatif, indicatifs, préfixe, préfixes, prefijo, prefijos, código, ' +
    'códigos, prefisso, prefissi, prefixo, prefixos',
  'country code': 'country code, countrycode, country codes, country dial code, cc, country prefix',
  'area code':
    'area code, area codes, areacode, areacodes, city code, city codes, citycode, ndc, ndcs, national code, national codes, ' +
    'area prefix, area prefixes',
  npanxx: 'npanxx, npa nxx, npanxxx, lerg npanxx, npa nxx x',
  npa: 'npa',
  nxx: 'nxx',
  country: 'country, country name, countries' + ', land, länder, pays, país, países, paese, paesi',
  destination:
    'destination, destinations, destination name, description, name, zone, region, route, location, area, area name, ' +
    'destination description, code name, breakout name' +
    ', ziel, zielland, bezeichnung, beschreibung, zone tarifaire, libellé, destino, destinos, descripción, ' +
    'destinazione, descrizione, descrição',
  network: 'network, network name, operator, operator name, carrier network, network type',
  price:
    'price, rate, price per minute, price a minute, price minute, price min, rate per minute, rate minute, rate min, ' +
    'per minute, per minute cost, per minute rate, per minute price, per min, cost per minute, cost per min, cost, tariff, ' +
    'charge per minute, price per min, rate per min, new rate, new price, rate per minute new, minute rate, ' +
    'minute price, voice rate' +
    ', tarif, preis, preis pro minute, preis minute, preis min, tarif pro minute, tarif minute, tarif min, ' +
    'minutenpreis, prix, prix par minute, prix minute, prix min, tarif par minute, precio, precio por minuto, ' +
    'precio minuto, tarifa, tarifa por minuto, tarifa al minuto, prezzo, prezzo al minuto, tariffa, ' +
    'tariffa al minuto, preço, preço por minuto',
  'peak price': 'peak, peak rate, peak price, peak cost, peak rate per minute, peak price per minute',
  'off-peak price':
    'off peak, off peak rate, off peak price, off peak cost, offpeak, offpeak rate, offpeak price, off peak rate per minute, ' +
    'off peak price per minute',
  'weekend price': 'weekend, weekend rate, weekend price, weekend cost',
  'connect fee':
    'connect fee, connection fee, connect charge, connection charge, connect, connect cost, connection cost, setup, setup fee, ' +
    'set up fee, call setup, call setup fee, setup charge, flag fall, flagfall, per call charge, call fee' +
    ', verbindungsentgelt, verbindungsgebühr, frais de connexion, frais d établissement, establecimiento, ' +
    'cargo por conexión, scatto alla risposta, taxa de conexão',
  increments:
    'increments, increment, inc, incr, billing increments, billing increment, billing interval, billing intervals, interval, ' +
    'intervals, billing, billing terms, pulse, billing cycle, charging interval' +
    ', takt, taktung, abrechnungstakt, incrément, incrémentation, pas de facturation, incremento, incrementos, ' +
    'scatto',
  'first increment':
    'first increment, initial increment, first interval, initial interval, interval 1, initial period, first period, ' +
    'minimum time, min time, minimum duration, min duration, minimum seconds, min seconds, minimum sec, min sec, ' +
    'minimum billing, initial billing increment',
  'next increment':
    'next increment, second increment, subsequent increment, subsequent increments, additional increment, next interval, ' +
    'subsequent interval, interval n, interval 2, next period, subsequent period, additional billing increment',
  'minimum charge':
    'minimum charge, min charge, minimum cost, min cost, minimum fee, min fee, minimum price, minimum amount' +
    ', mindestentgelt, minimum de perception, cargo mínimo, addebito minimo',
  minimum: 'minimum, min',
  'included seconds': 'included seconds, free seconds, included sec, free minutes, included minutes',
  'grace seconds': 'grace seconds, grace period, grace sec, grace, grace time',
  scope: 'scope, rate scope, time band, time class, rate period',
  tiers: 'tiers, tier prices, tiered prices, price tiers, volume tiers, volume prices',
  currency: 'currency, currency code, ccy, cur' + ', währung, devise, monnaie, moneda, divisa, valuta, moeda',
  'valid from':
    'valid from, effective date, effective from, effective, effective on, start date, start, from, activation date, ' +
    'date effective, effective as of, effective since, rate effective date' +
    ', gültig ab, gilt ab, ab, date d effet, valable à partir du, à partir du, válido desde, vigente desde, desde, ' +
    'fecha de inicio, valido dal, valido da, data de início',
  'valid until':
    'valid until, valid to, effective until, effective to, end date, end, expiry date, expiry, expires, expiration date, ' +
    'until, to, effective end date' +
    ', gültig bis, gilt bis, bis, valable jusqu au, válido hasta, vigente hasta, hasta, valido fino al, válido até',
  status:
    'status, change, changes, change type, rate change, action, change status, change indicator' +
    ', änderung, statut, changement, estado, cambio, stato, situação',
  'interstate price':
    'interstate, interstate rate, interstate price, interstate cost, inter, inter rate, inter state, inter state rate',
  'intrastate price':
    'intrastate, intrastate rate, intrastate price, intrastate cost, intra, intra rate, intra state, intra state rate',
  'indeterminate price':
    'indeterminate, indeterminate rate, indeterminate price, indeterminate cost, indeterm, indet, ij rate, ij, indeterminate jurisdiction, unknown rate, unknown jurisdiction',
  'part price': 'current rate, current price',
  ignored:
    'comment, comments, note, notes, remark, remarks, route type, wireless, land line, landline, lata, ocn, rate center, ' +
    'ratecenter, iso, iso code, country iso, old rate, old price, previous rate, previous price, former rate, ' +
    'former price',
};

const columnByName: ReadonlyMap<string, RateColumn> = new Map(
  rateColumns.flatMap((column) => [
    [column, column] as const,
    ...names[column].split(', ').map((name) => [name, column] as const),
  ]),
);

/** A name in lower case, with single spaces between its words. */
export const plainName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What a column of this name contains; undefined: the name is not known. */
export const columnNamed = (name: string): RateColumn | undefined => columnByName.get(plainName(name));
