import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from '../../../../src/frontiers_map/outputs/web/js/map/flights.js';
import { deflateRawSync } from 'node:zlib';
import { fromBase64, inflate, path, reader } from '../../../../src/frontiers_map/outputs/web/js/base/bytes.js';
import { bundle, inBands } from '../../../../src/frontiers_map/outputs/web/js/geo/bundles.js';
import { lanes, resample } from '../../../../src/frontiers_map/outputs/web/js/geo/lanes.js';
import { distances } from '../../../../src/frontiers_map/outputs/web/js/map/searoom.js';
import { pixels } from '../../../../src/frontiers_map/outputs/web/js/map/lines.js';
import { regionAt } from '../../../../src/frontiers_map/outputs/web/js/map/hit.js';
import { readDegrees, readPosition } from '../../../../src/frontiers_map/outputs/web/js/geo/position.js';
import { alike, apartBy, asked, excerpt, matches, mentioned, plain, weighed } from '../../../../src/frontiers_map/outputs/web/js/atlas/matching.js';
import { createTimescale, stack } from '../../../../src/frontiers_map/outputs/web/js/atlas/timescale.js';
import { createWords } from '../../../../src/frontiers_map/outputs/web/js/atlas/words.js';
import { cell, split } from '../../../../src/frontiers_map/outputs/web/js/panel/routes.js';

// as `page_forms` has them, from CLDR
const FORMS = {
  en: { points: [',', '.'] },
  it: { points: ['.', ','], dates: ['{year}', '{month} {year}', '{day} {month} {year}'], months: 'gen feb mar apr mag giu lug ago set ott nov dic'.split(' ') },
  ja: { points: [',', '.'], dates: ['{year}年', '{year}年{m}月', '{year}年{m}月{day}日'] },
};
const spoken = (strings, ...languages) => createWords({ keys: Object.keys(strings),
  ...Object.fromEntries(languages.map((lang) => [lang, Object.values(strings).map((told) => told[lang])])) }, { languages, forms: FORMS });

const varint = (value) => {
  const out = [];
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
};

test('bytes: base64, deflate, varints of any size and sign', async () => {
  const values = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 40 + 3], signed = [0, -1, 1, -64, 64, -(2 ** 33)];
  const raw = Uint8Array.from([...values, ...signed.map((v) => (v < 0 ? -2 * v - 1 : 2 * v))].flatMap(varint));
  const bytes = await inflate(fromBase64(deflateRawSync(raw).toString('base64')));
  assert.deepEqual(bytes, raw);
  const read = reader(bytes);
  assert.deepEqual(values.map(() => read.count()), values);
  assert.deepEqual(signed.map(() => read.delta()), signed);
  assert.ok(read.done());
  assert.deepEqual(path([100, 200, -50, 25], 100), [[1, 2], [0.5, 2.25]]);
});

test('words count as their language does, decimals as they are written', () => {
  const days = { en: { one: '{n} day', other: '{n} days' }, ja: '{n}日', it: { one: '{n} giorno', other: '{n} giorni' } };
  const said = (lang, n) => spoken({ days }, 'en', 'it', 'ja')(lang).t('days', { n });
  assert.deepEqual(['1', '1.0', 1, '1,001', 2].map((n) => said('en', n)), ['1 day', '1.0 days', '1 day', '1,001 days', '2 days']);
  assert.deepEqual([said('ja', 1), said('it', 1), said('it', '1,0')], ['1日', '1 giorno', '1,0 giorni']);
});

test('time line: dates in order, there and back, most room for the years of most events', () => {
  const many = [1866, 2019, ...Array(18).fill(2025), ...Array(53).fill(2026), 2035];
  const scale = createTimescale(many, 2026), dates = ['1866-08-25', '2004-01-01', '2016-08-27', '2025-12-31', '2026-01-16', '2026-10-09', '2030-01-01', '2035-06-01'];
  const at = dates.map(scale.at);
  assert.ok(at.every((x, i) => x >= 0 && x <= 1 && (i === 0 || x > at[i - 1])));
  assert.ok(scale.at('2026-12-31') - scale.at('2026-01-01') > 0.4);
  const even = createTimescale([2008, 2008, 2013, 2020, 2024, 2024, 2024, 2025], 2026);
  assert.ok(even.at('2024-12-31') - even.at('2024-01-01') > 1.5 * (even.at('2026-12-31') - even.at('2026-01-01')));
  assert.ok(even.at('2013-01-01') - even.at('2009-01-01') < even.at('2014-01-01') - even.at('2013-01-01'), 'empty years are short');
  for (const date of dates.slice(4, 6)) assert.ok(Math.abs(Date.parse(scale.date(scale.at(date))) - Date.parse(date)) < 2 * 864e5);
  const dots = stack([{ id: 'a', x: 0 }, { id: 'b', x: 3 }, { id: 'c', x: 20 }], 8);
  assert.deepEqual(dots.map((d) => d.level), [0, 1, 0]);
});

test('time line: runs forward whatever year the record ends in', () => {
  for (const [years, year] of [[[1998, 2005], 2003], [[1866, 2035], 2026], [[], 2026], [[2024, 2027], 2027], [[1866, 2029], 2031]]) {
    const { at, date, ticks } = createTimescale(years, year), all = Array.from({ length: 40 }, (_, i) => at(`${year - 25 + i}-07-01`));
    assert.ok(all.every((x, i) => x >= 0 && x <= 1 && (i === 0 || x >= all[i - 1])), `${year}: ${all}`);
    assert.ok(at(`${year}-12-31`) - at(`${year}-01-01`) > 0.1);
    assert.equal(at(date(0.3)).toFixed(2), '0.30');
    assert.ok(ticks.every((y, i) => i === 0 || y > ticks[i - 1]) && ticks.includes(year));
  }
});

test('lanes: ways that run together lie side by side, apart ones stay where they are', () => {
  const line = (y) => resample(Array.from({ length: 40 }, (_, i) => [i, y]));
  const [one, two, far] = lanes([{ points: line(0), width: 4 }, { points: line(0.1), width: 2 }, { points: line(30), width: 3 }]);
  const mid = Math.floor(one.length / 2);
  assert.ok(Math.abs(one[mid] - two[mid]) >= 3 + 1, 'half the widths and a gap');
  assert.ok([...far].every((v) => Math.abs(v) < 1e-6));
  assert.ok(Math.abs(one[0]) < 0.5 && Math.abs(two.at(-1)) < 0.5, 'they meet at the ends');
});

test('search: accents and case do not matter, straits come before events', () => {
  const entry = (key, order, ...names) => ({ key, order, keys: names.map(plain) });
  const entries = [entry('event:x', 6, 'Hormuz closed'), entry('gate:hormuz', 2, 'Strait of Hormuz', 'Stretto di Hormuz', 'ホルムズ海峡'), entry('place:sao', 0, 'São Tomé')];
  assert.deepEqual(matches(entries, asked('HORMUZ', [])).map((e) => e.key), ['gate:hormuz', 'event:x']);
  assert.deepEqual(matches(entries, asked('sao to', [])).map((e) => e.key), ['place:sao']);
  assert.deepEqual(matches(entries, asked('ホルムズ', [])).map((e) => e.key), ['gate:hormuz']);
  assert.deepEqual(matches(entries, asked('   ', [])), []);
});

test('search: other words for a thing, and the words of a text with what stands round them', () => {
  const terms = [['belt and road', 'nuova via della seta', 'bri']];
  assert.deepEqual(asked('BRI', terms), ['bri', 'belt and road', 'nuova via della seta']);
  assert.deepEqual(asked('br', terms), ['br']);
  assert.deepEqual(asked('Lee Jae-myung', []), ['lee jae myung']);
  const entries = [{ key: 'link:x', order: 4, keys: ['italy in the belt and road'], texts: () => [] },
    { key: 'place:y', order: 0, keys: ['warton'], texts: () => ['the british works'] },
    { key: 'claim:z', order: 7, keys: [], texts: () => ['a fabric of lines'] }];
  assert.deepEqual(matches(entries, asked('bri', terms)).map((e) => e.key), ['link:x', 'place:y']);
  assert.deepEqual(excerpt('Perché la mitigazione dei detriti è urgente', ['perche la']), ['', 'Perché la', ' mitigazione dei detriti è urgente']);
  assert.deepEqual(excerpt('As long as the road is, the debris stays above the sea for years', ['debris'], 12), ['…is, the ', 'debris', ' stays above…']);
  assert.equal(excerpt('fabric', ['bri']), null);
});

test('words: Italian elides before the eighth and the eleventh', () => {
  const it = spoken({ to: { it: 'al {date}' } }, 'en', 'it')('it');
  assert.deepEqual(['2026-10-08', '2026-10-11', '2026-10-09'].map((d) => it.t('to', { date: it.date(d) })), ["all'8 ott 2026", "all'11 ott 2026", 'al 9 ott 2026']);
});

test('lanes: ways of one kind share a lane, and the second is led by the first', () => {
  const line = (y) => resample(Array.from({ length: 40 }, (_, i) => [i, y]));
  const [one, two, other] = lanes([{ points: line(0), width: 2, kind: 'a' }, { points: line(0.1), width: 2, kind: 'a' }, { points: line(0.2), width: 2 }]);
  const mid = Math.floor(one.length / 2);
  assert.equal(one[mid], two[mid]);
  assert.ok(Math.abs(other[mid] - one[mid]) >= 2 + 1);
  assert.deepEqual([one, two, other].map((lane) => lane.led[mid]), [0, 1, 0]);
});

test('words: numbers and dates of each language', () => {
  const words = spoken({ nm: { en: 'nm', it: 'nm', ja: '海里' }, hi: { it: '{n} {x}' } }, 'en', 'it', 'ja');
  assert.equal(words('en').number(12345.6, 1), '12,345.6');
  assert.equal(words('it').number(3769), '3.769');
  assert.equal(words('ja').nm(7232), '7,232 海里');
  assert.equal(words('it').t('hi', { n: 1 }), '1 {x}');
  assert.equal(words('en').t('absent'), 'absent');
  assert.match(words('ja').date('2026-03-02'), /2026年3月2日/);
  assert.equal(words('ja').text(['', 'b', '']), 'b', 'another language where there is none');
});

test('cells of a table are no formulas', () => {
  assert.equal(cell('=1+1'), "'=1+1");
  assert.equal(cell('@x'), "'@x");
  for (const number of ['-12.5', '+3', '-1.5e-7']) assert.equal(cell(number), number);
  for (const formula of ['-2+3+cmd|x', '-1-1', '\n=1', '＝1', '＠x']) assert.equal(cell(formula).replace(/^"/, '')[0], "'", formula);
  assert.equal(cell('a,"b"'), '"a,""b"""');
  assert.equal(cell(null), '');
});

test('numbers: as Intl writes them in each language, ties and signs too', () => {
  const values = [0, -0, 0.04, 0.05, 0.25, -0.3, 1.005, 2.675, 999.95, 1234.5, -1234.56, 999999.5, 123456789.123, 1e-7, '13.55'];
  for (let i = 1; i < 400; i += 1) values.push((i * 7919) % 1000 / 40, i ** 3.7 / 13, -i / 8);
  for (const lang of ['en', 'it', 'ja']) {
    const { number } = spoken({}, lang)(lang);
    for (const digits of [0, 1, 2]) {
      const intl = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: 'always' });
      for (const value of values) assert.equal(number(value, digits), intl.format(value), `${value} in ${lang}`);
    }
  }
});

test('room at sea: distance to the nearest land, round the world, no further than is told', () => {
  const wide = 12, high = 7, land = new Uint8Array(wide * high);
  land[3 * wide + 1] = 1;
  const found = distances(land, wide, high, 5);
  const at = (x, y) => found[y * wide + x];
  assert.deepEqual([at(1, 3), at(3, 3), at(0, 3), at(11, 3), at(9, 3)], [0, 20, 10, 20, 40]);
  assert.deepEqual([at(2, 4), at(2, 2), at(1, 0), at(3, 6)], [14, 14, 30, 38]);
  assert.equal(at(7, 3), 50);
});

test('lanes: side by side where there is room, drawn together in a strait', () => {
  const points = [[0, 0, 3.5], [1, 0, 3.5], [2, 0, 0.1], [3, 0, 3.5]], frame = { s: 10, x0: 0, y0: 0 };
  const [p] = pixels(points, [5, 5, 5, 5], frame, 0, 1);
  const off = [1, 3, 5, 7].map((i) => Math.abs(p[i]));
  assert.deepEqual([off[0], off[1], off[3]], [5, 5, 5]);
  assert.ok(off[2] > 0 && off[2] < 3);
});

test('lines cut at 180 degrees: no part of no length', () => {
  assert.deepEqual(split([[170, 0], [190, 10]]), { type: 'MultiLineString', coordinates: [[[170, 0], [180, 5]], [[-180, 5], [-170, 10]]] });
  assert.deepEqual(split([[170, 0], [180, 10]]), { type: 'LineString', coordinates: [[170, 0], [180, 10]] });
  assert.deepEqual(split([[180, 1], [170, 0]]), { type: 'LineString', coordinates: [[180, 1], [170, 0]] });
  assert.deepEqual(split([[170, 0], [180, 3], [190, 10]]).coordinates, [[[170, 0], [180, 3]], [[-180, 3], [-170, 10]]]);
  assert.deepEqual(split([[1, 2], [3, 4]]).coordinates, [[1, 2], [3, 4]]);
});

test('a region is not hit in its hole, and in any copy of the world', () => {
  const square = (r) => [[-r, -r], [r, -r], [r, r], [-r, r]], row = { id: 'ring', area: 1 };
  const atlas = { regions: new Map([['ring', { row, outline: [square(10), square(4)] }]]) }, model = { on: () => true, state: { reading: { sea: 'ring' } } };
  assert.deepEqual([[7, 0], [367, 0], [0, 0], [360, 0], [20, 0]].map(([x, y]) => regionAt(x, y, atlas, model)), ['region:ring', 'region:ring', null, null, null]);
});

test('positions as people type them', () => {
  const near = (text, lon, lat) => {
    const found = readPosition(text);
    assert.ok(Math.abs(found.lon - lon) < 1e-6 && Math.abs(found.lat - lat) < 1e-6, `${text}: ${JSON.stringify(found)}`);
  };
  near('35.4N 139.8E', 139.8, 35.4);
  near('139.8E, 35.4N', 139.8, 35.4);
  near("35°24′N 139°48′E", 139.8, 35.4);
  near("12 30.0' S, 65 0' E", 65, -12.5);
  near('139.8, 35.4', 139.8, 35.4);
  near('62,-13', 62, -13);
  near('-58.4;-34.6', -58.4, -34.6);
  near('北35.4 東139.8'.replace(/(.)([\d.]+)/g, '$2$1'), 139.8, 35.4);
  for (const name of ['Tokyo', 'S1', '12', '']) assert.equal(readPosition(name), null);
  assert.equal(readPosition('10N 20N').problem, 'position_twice');
  assert.equal(readPosition('99N 10E').problem, 'position_range');
  assert.equal(readDegrees('N 35°24′'), 35.4);
  assert.ok(Number.isNaN(readDegrees('35 x')));
});

test('slips of the finger are forgiven, other words are not', () => {
  assert.equal(apartBy('lafan', 'laffan', 2), 1);
  assert.equal(apartBy('tokoy', 'tokyo', 2), 1);
  assert.equal(apartBy('rome', 'tokyo', 2), 3);
  const rows = [['a', ['ras laffan']], ['b', ['ravenna']], ['c', ['rome']]];
  assert.deepEqual(alike('raslafan', rows), ['a']);
  assert.deepEqual(alike('ravena', rows), ['b']);
  assert.deepEqual(alike('rom', rows), []);
  assert.deepEqual(alike('atlantis', rows), []);
});

test('a question: what it names, the longest call first, and what is left', () => {
  const calls = [['strait of malacca', ['gate']], ['ras laffan', ['end']], ['malacca', ['gate']], ['tokyo', ['end']], ['マラッカ', ['gate']], ['ras', ['other']]];
  assert.deepEqual(mentioned('How far is Tokyo from Ras Laffan?', calls), { found: [['end'], ['end']], words: ['tokyo', 'ras', 'laffan'], rest: 'how far is from' });
  assert.deepEqual(mentioned('Strait of Malacca', calls), { found: [['gate']], words: ['strait', 'of', 'malacca'], rest: '' });
  assert.deepEqual(mentioned('Tokyoites', calls).found, []);
  assert.deepEqual(mentioned('マラッカ海峡は?', calls), { found: [['gate']], words: ['マラッカ'], rest: '海峡は' });
});

test('words one by one: each counts by how rare it is, twice in a name', () => {
  const entry = (key, text, order = 0) => ({ keys: [key], texts: () => [text], order });
  const rows = [entry('strait of hormuz', 'a strait'), entry('report', 'hormuz is closed'), entry('strait of otranto', 'a strait'), entry('suez canal', 'closed to some')];
  assert.deepEqual(weighed(rows, ['hormuz', 'closed']).map(({ keys }) => keys[0]), ['strait of hormuz', 'report']);
  assert.equal(weighed(rows, ['strait', 'hormuz'])[0].keys[0], 'strait of hormuz');
  assert.deepEqual(weighed(rows, ['nowhere', 'at', 'all']), []);
});

test('boxes lie in the copies of the world in which they are nearest together', () => {
  // Two sides of 70°W, of 180°, and of the meridian: wherever an atlas looks at.
  for (const lon of [-70, 110, 180, 0, -179.5]) {
    const boxes = together([[lon - 2, 1, lon - 1, 2], [lon + 361, 3, lon + 362, 4], [lon - 360, 1, lon - 359, 2]]);
    const wide = Math.max(...boxes.map((b) => b[2])) - Math.min(...boxes.map((b) => b[0]));
    assert.ok(Math.abs(wide - 4) < 1e-9, `${wide}° at ${lon}`);
    assert.deepEqual(boxes.map((b) => [b[1], b[3]]), [[1, 2], [3, 4], [1, 2]]);
  }
});

test('routes of one band merge where there is water, and lie close together in it without crossing', () => {
  const way = (...points) => resample(points.map((p) => [...p, 0.5]));
  const east = { points: way([130, -12], [130, 10], [138, 35]), width: 2, band: 'a' },
    west = { points: way([115, -20], [120, 0], [128, 10], [136, 35]), width: 3, band: 'a' },
    other = { points: east.points, width: 2 };
  assert.deepEqual(inBands([west, other, east]), [east, west, other]); // right of the way they all go first
  const [kept, moved, free] = bundle([east, west, other], () => 3);
  assert.equal(kept, east.points);
  assert.equal(free, east.points);
  const near = ([x, y]) => Math.min(...kept.map(([u, v]) => Math.hypot(u - x, v - y)));
  assert.deepEqual(moved[0], west.points[0]);
  assert.deepEqual(moved.at(-1), west.points.at(-1));
  assert.ok(moved.filter((at) => at[1] > 14 && at[1] < 28).every((at) => near(at) < 0.4));
  assert.ok(near(west.points.find((at) => at[1] > 16)) > 1);
  const [, narrow] = bundle([east, west], () => 0.3); // no further than there is water
  narrow.forEach((at, i) => assert.ok(Math.hypot(at[0] - west.points[i][0], at[1] - west.points[i][1]) < 0.81));
  const found = lanes([{ ...east, points: kept }, { ...west, points: moved }]);
  const i = kept.findIndex((at) => at[1] > 20),
    j = moved.findIndex((at) => at[1] > 20);
  assert.ok(Math.abs(found[1][j] - found[0][i] - 2.5) < 1e-6); // no gap: half of 2 and half of 3
  assert.deepEqual([found[0].span, found[0].follows[i], found[1].follows[j]], [5, 0, 1]);
  assert.ok(Math.abs(found[0].centre[i]) < 1e-6);
});
