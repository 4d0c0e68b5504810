// Readers' files and addresses that are nearly right, made from right ones by lot: each is taken or
// refused by a FileProblem. `node mutated.mjs SEED COUNT` prints what was tried, and each fault.
// What is XML needs a browser's DOMParser, and is tried by test_mutated.py in one.

import { fromHash, toHash } from '../../../../src/frontiers_map/outputs/web/js/atlas/state.js';
import { readOwn } from '../../../../src/frontiers_map/outputs/web/js/extras/owndata.js';
import { decoded, unzipped } from '../../../../src/frontiers_map/outputs/web/js/extras/ownfiles.js';
import { FileProblem } from '../../../../src/frontiers_map/outputs/web/js/extras/problem.js';
import { readDegrees, readPosition } from '../../../../src/frontiers_map/outputs/web/js/geo/position.js';

const SECONDS = 5;
// of this process, however busy the machine is
const clock = () => process.cpuUsage().user / 1000;
// what looks like XML by the lot's will
globalThis.DOMParser = class {
  parseFromString() {
    throw new FileProblem('file_xml');
  }
};
const ODD = ['', ' ', '0', '-0', '181', '540.1', '90.1', 'nan', 'NaN', 'Infinity', '1e308', '1e309', '9'.repeat(400), '1,5', 'null', 'true', '[]', '{}', '[[[[', ']]]]',
  '"', "'", '\\', '\u0000', '\u202e', '\ufeff', '\ud800', '東京', '\n', '\r', '\t', ';', '|', ',', '__proto__', 'constructor', 'toString', 'length', 'POINT (1 2)', 'POINT EMPTY',
  'SRID=4326;POINT(1 2)', 'MULTIPOINT', 'Point', 'LineString', 'MultiPolygon', 'GeometryCollection', 'Feature', 'FeatureCollection', '%', '%FF', '%2C', '#', '&', '=', '<', '<script>',
  'lat', 'lon', 'wkt', '['.repeat(1e5) + ']'.repeat(1e5), '{"a":'.repeat(1e5) + '1' + '}'.repeat(1e5), "51°30'N", '2026-02-31', 'x'.repeat(5000), '\x1e'];
const VALUES = [null, true, 0, -1, 1e308, 1e-320, '', 'x', [], {}, [[]], [null], [[[]]], { type: 'Point' }, { type: [] }, { type: 'Point', coordinates: [1, 2] }, [1, 2], [[0, 0], [1, 1]],
  { length: 3 }, { type: 'GeometryCollection', geometries: [] }, { type: 'GeometryCollection', geometries: null }, '\ud800', { style: '{' }, { style: { color: 'red', weight: '1e999' } }];

const square = [[[0, 0], [1, 0], [1, 1], [0, 0]]];
const GEOJSON = [
  { type: 'FeatureCollection', features: [
    { type: 'Feature', id: 7, properties: { name: 'a', stroke: '#f00', style: '{"color": "red"}' }, geometry: { type: 'LineString', coordinates: [[170, 1], [-170, 2], [-150, 3, 9]] } },
    { type: 'Feature', properties: { title: 'b', deep: { a: [1] } }, geometry: { type: 'MultiPolygon', coordinates: [square, square] } },
    { type: 'Feature', properties: null, geometry: { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 2] }, { type: 'MultiPoint', coordinates: [[3, 4], [-179, 4]] }] } }] },
  { type: 'Feature', style: { fillColor: 'blue' }, geometry: { type: 'Polygon', coordinates: [[[174, -24], [-168, -24], [-168, -10], [174, -10], [174, -24]]] } },
  { type: 'MultiLineString', coordinates: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] },
].map((one) => ['a.geojson', JSON.stringify(one)]);
const TABLES = [
  ['a.csv', 'name,lat,lon\nTokyo,35.4,139.8\n"X, ""y""",S 12 30,65° 0\' 36" W\n'],
  ['b.csv', 'Ports of call\n\n;;\nName;Breite;Länge\nRom;41,9;12,5\n'],
  ['c.tsv', 'name\tLat (deg)\tLon (deg)\nx\t-6.5\t107\n'],
  ['d.csv', 'id,geom\n1,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n2,"MULTIPOINT ((1 2), (3 4))"\n'],
  ['e.wkt', 'POINT (1 2)\nLINESTRING Z (1 2 3, 4 5 6)\nSRID=4326;MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))\n'],
  ['f.ndjson', GEOJSON.map(([, text]) => text).join('\n')],
];
const start = { view: null, lang: 'en', tab: 'story', chapter: 'one', off: [], date: null, closed: [], opened: [], reading: { a: 'a1' }, selected: null, speed: 17, own: null, wash: 1, map: 'flat', theme: 'auto', embed: false };
const known = { languages: ['en', 'ja'], chapters: ['one', 'two'], layers: ['gates', 'routes'], readings: { a: ['a1', 'a2'] }, gates: ['hormuz', 'malacca'], has: (key) => key === 'gate:hormuz', point: (id) => ['t1', 't2'].includes(id) };
const setBy = (id) => (id === 'two' ? { off: ['gates'], date: '2026-03-02', closed: ['hormuz'], opened: [] } : { off: [], date: null, closed: [], opened: [] });
const HASHES = ['#v=5.000,1.5,3.20&l=ja&t=routes&ch=two&off=gates&r=a2&x=hormuz,malacca&o=none&s=gate:hormuz&d=2026-01-16&kn=14.5&op=0.5&own=t1,t2&via=malacca&m=globe&th=dark&em=story', '#ch=two&d=all', '#own=t1,t2&em=1'];
const POSITIONS = ['35.4N 139.8E', '35°24′N 139°48′E', '(139.8, 35.4)', "N 51 30 12, W 4 0 0", '35.4; 139,8', '北緯35度24分 東経139度'];

// A KMZ as Google Earth leaves it: a KML, stored, and a picture.
function archive() {
  const parts = [['a.png', 'x'], ['doc.kml', '<kml/>']], local = [], central = [];
  let at = 0;
  for (const [name, text] of parts) {
    const head = Buffer.alloc(30), entry = Buffer.alloc(46), body = Buffer.from(text);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(name.length, 26);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt32LE(body.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    local.push(head, Buffer.from(name), body);
    central.push(entry, Buffer.from(name));
    at += 30 + name.length + body.length;
  }
  const end = Buffer.alloc(22), list = Buffer.concat(central);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...local, list, end]));
}

// Numbers by lot, the same for the same seed (mulberry32).
function lots(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (n) => Math.floor(next() * n), of: (all) => all[Math.floor(next() * all.length)] };
}

function words(lot, text) {
  const found = [...text.matchAll(/[-+]?\d[\d.]*|\w+|[^\w\s]|\s+/g)];
  if (!found.length) return lot.of(ODD);
  const one = lot.of(found), fresh = lot.next() < 0.7 ? lot.of(ODD) : lot.of(found)[0];
  return text.slice(0, one.index) + fresh + text.slice(one.index + one[0].length);
}

function pieces(lot, text) {
  const at = lot.below(text.length + 1), to = at + lot.of([1, 1, 2, 8, 60, 400]);
  return lot.of([
    () => text.slice(0, at) + text.slice(to),
    () => text.slice(0, at),
    () => text.slice(0, at) + text.slice(at, to).repeat(lot.of([2, 3, 60])) + text.slice(to),
    () => text.slice(0, at) + lot.of(ODD) + text.slice(at),
    () => text.split('\n').sort(() => lot.next() - 0.5).join(lot.of(['\n', '\r\n', '\r'])),
    () => text.replaceAll(',', lot.of([';', '\t', '|'])),
  ])();
}

function nodes(lot, text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    return pieces(lot, text);
  }
  const places = [], stack = [document];
  while (stack.length) {
    const node = stack.pop();
    if (node === null || typeof node !== 'object') continue;
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      stack.push(node[key]);
    }
  }
  if (!places.length) return JSON.stringify(lot.of(VALUES));
  const [node, key] = lot.of(places);
  lot.of([
    () => delete node[key],
    () => (node[key] = structuredClone(lot.of(VALUES))),
    () => (node[key] = structuredClone(lot.of(VALUES))),
    () => {
      const [other, place] = lot.of(places);
      node[key] = structuredClone(other[place]);
    },
    () => {
      for (let n = lot.of([1, 2, 12, 5000]); n > 0; n -= 1) node[key] = [node[key]];
    },
    () => typeof node[key] === 'number' && (node[key] = lot.of([-node[key], node[key] + 360, node[key] * 1e6, String(node[key])])),
  ])();
  try {
    return JSON.stringify(document) ?? 'null';
  } catch {
    return text;
  }
}

export function changed(lot, text, ways) {
  let made = text;
  for (let n = lot.of([1, 1, 1, 2, 2, 3, 4]); n > 0; n -= 1) made = lot.of(ways)(lot, made);
  if (lot.next() < 0.004) {
    const at = lot.below(made.length + 1), unit = made.slice(at, at + lot.of([1, 2, 3, 7])) || ' ';
    made = made.slice(0, at) + unit.repeat(120000 / unit.length) + made.slice(at);
  }
  return made;
}

function changedBytes(lot, bytes) {
  let made = [...bytes];
  for (let n = lot.of([1, 1, 2, 3]); n > 0; n -= 1) {
    const at = lot.below(made.length + 1);
    lot.of([
      () => made.splice(at, lot.of([1, 2, 4, 30])),
      () => made.splice(at, 0, lot.below(256), lot.below(256)),
      () => (made[Math.min(at, made.length - 1)] = lot.of([0, 255, 127, 128, lot.below(256)])),
      () => made.splice(at, 4, ...lot.of([[255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 0], [0, 0, 1, 0]])),
      () => (made = made.slice(0, at)),
    ])();
  }
  return new Uint8Array(made);
}

const encoder = new TextEncoder();
const KINDS = {
  geojson: [2, (lot) => [lot.of(GEOJSON), [words, nodes, nodes, nodes, pieces]], ([name, text]) => readOwn(name, text)],
  tables: [2, (lot) => [lot.of(TABLES), [words, words, pieces]], ([name, text]) => readOwn(name, text)],
  address: [4, (lot) => [['', lot.of(HASHES)], [words, words, pieces]], ([, text]) => {
    const state = fromHash(text, start, known, setBy);
    const again = fromHash(toHash(state, start, setBy), start, known, setBy);
    const rounded = (one) => JSON.stringify({ ...one, view: one.view && 1, embed: 0, tab: 0, closed: [...one.closed].sort(), opened: [...one.opened].sort(), off: [...one.off].sort() });
    if (rounded(state) !== rounded(again)) throw new Error(`an address that is another when written again: ${rounded(state)} ${rounded(again)}`);
  }],
  positions: [2, (lot) => [['', lot.of(POSITIONS)], [words, pieces]], ([, text]) => {
    const found = readPosition(text);
    if (found && !found.problem && !(Math.abs(found.lon) <= 360 && Math.abs(found.lat) <= 90)) throw new Error(`no position: ${JSON.stringify(found)}`);
    readDegrees(text);
  }],
};

async function tried(kind, seed, count) {
  const [, make, read] = KINDS[kind], faults = new Map();
  let refused = 0, slowest = 0;
  for (let n = 0; n < count; n += 1) {
    const lot = lots(seed * 1000003 + n), [[name, text], ways] = make(lot), made = changed(lot, text, ways);
    const begin = clock();
    try {
      read([name, made]);
    } catch (error) {
      if (error instanceof FileProblem) refused += 1;
      else note(faults, error, n, made);
    }
    const took = clock() - begin;
    if (took > SECONDS * 1000) note(faults, new Error('more than 5 s'), n, made);
    slowest = Math.max(slowest, took);
  }
  return tell(kind, count, refused, slowest, faults);
}

async function triedBytes(seed, count) {
  const given = [archive(), encoder.encode(TABLES[0][1]), encoder.encode('名前,緯度,経度\n東京,35.4,139.8\n')], faults = new Map();
  let refused = 0, slowest = 0;
  for (let n = 0; n < count; n += 1) {
    const lot = lots(seed * 1000003 + n), bytes = changedBytes(lot, lot.of(given)), begin = clock();
    try {
      const packed = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] < 8;
      decoded(packed ? await unzipped(bytes, 1e6) : bytes);
    } catch (error) {
      if (error instanceof FileProblem) refused += 1;
      else note(faults, error, n, Buffer.from(bytes).toString('base64'));
    }
    slowest = Math.max(slowest, clock() - begin);
  }
  return tell('bytes', count, refused, slowest, faults);
}

function note(faults, error, n, made) {
  const key = String(error.stack ?? error).split('\n').slice(0, 2).join(' ').replace(/\d+/g, '…').slice(0, 160);
  faults.set(key, [...(faults.get(key) ?? []), `${n}: ${String(error).slice(0, 300)} ${made.slice(0, 200)}`]);
}

function tell(kind, count, refused, slowest, faults) {
  console.log(`${kind.padEnd(10)} ${count} tried, ${Math.round((100 * refused) / count)}% refused, slowest ${(slowest / 1000).toFixed(2)} s`);
  for (const found of faults.values()) console.log(`    ${found.length} times, such as ${found[0]}`);
  return [...faults.values()].flat().length;
}

const [seed, count] = process.argv.slice(2).map(Number);
let wrong = await triedBytes(seed, count);
for (const [kind, [share]] of Object.entries(KINDS)) wrong += await tried(kind, seed, share * count);
process.exitCode = wrong ? 1 : 0;
