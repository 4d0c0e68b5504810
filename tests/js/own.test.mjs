import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileProblem, readOwn, rows } from '../../src/frontiers_map/web/js/owndata.js';
import { createRecorder, escapeXml, KeptPath, pathData } from '../../src/frontiers_map/web/js/svg.js';

const problem = (key) => (error) => error instanceof FileProblem && error.key === key;

test('GeoJSON: all kinds, unwrapped over 180 degrees', () => {
  const [f] = readOwn('a.geojson', JSON.stringify({ type: 'LineString', coordinates: [[170, 1], [-170, 2], [-150, 3]] }));
  assert.deepEqual(f.lines, [[[170, 1], [190, 2], [210, 3]]]);
  const kinds = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'];
  const deep = { Point: [1, 2], MultiPoint: [[1, 2]], LineString: [[1, 2], [3, 4]], MultiLineString: [[[1, 2], [3, 4]]], Polygon: [[[0, 0], [1, 0], [1, 1], [0, 0]]], MultiPolygon: [[[[0, 0], [1, 0], [1, 1], [0, 0]]]] };
  const all = readOwn('a.json', JSON.stringify({ type: 'FeatureCollection', features: kinds.map((type) => ({ type: 'Feature', properties: { Name: type }, geometry: { type, coordinates: deep[type] } })) }));
  assert.deepEqual(all.map((x) => x.name), kinds);
});

test('GeoJSON: a polygon without rings is nothing to draw', () => {
  const empty = { type: 'Polygon', coordinates: [] }, collection = (...all) => JSON.stringify({ type: 'FeatureCollection', features: all.map((geometry) => ({ type: 'Feature', geometry })) });
  const many = { type: 'MultiPolygon', coordinates: [[], [[[0, 0], [1, 0], [1, 1], [0, 0]]]] };
  assert.deepEqual(readOwn('a.geojson', collection(empty, many)).map((f) => f.areas.map((rings) => rings.length)), [[1]]);
  assert.throws(() => readOwn('a.geojson', collection(empty)), problem('file_empty'));
});

test('GeoJSON: what is wrong is named', () => {
  const bad = (value, key) => assert.throws(() => readOwn('a.geojson', typeof value === 'string' ? value : JSON.stringify(value)), problem(key));
  bad('{', 'file_json');
  bad({ type: 'Topology' }, 'file_not_geojson');
  bad([1], 'file_not_geojson');
  bad({ type: 'Point', coordinates: [null, 1] }, 'file_position');
  bad({ type: 'Point', coordinates: [1e6, 1] }, 'file_range');
  bad({ type: 'Point', coordinates: [0, 91] }, 'file_range');
  bad({ type: 'toString', coordinates: [0, 1] }, 'file_not_geojson');
  bad({ type: 'Feature', geometry: { type: '__proto__', coordinates: [0, 1] } }, 'file_geometry');
  bad({ type: 'Feature', geometry: null }, 'file_empty');
  bad({ type: 'FeatureCollection', features: [null] }, 'file_geometry');
});

test('CSV: marks, quotes, decimal commas', () => {
  assert.deepEqual(rows('a,"b ""c""\nd",e\r\n', ','), [['a', 'b "c"\nd', 'e']]);
  const [f] = readOwn('a.csv', 'nome;lon;lat\nRoma;12,5;41,9\n');
  assert.deepEqual(f.points, [[12.5, 41.9]]);
  assert.throws(() => readOwn('a.csv', 'a,b\n1,2\n'), problem('file_columns'));
  assert.throws(() => readOwn('a.csv', 'lon,lat\n1,x\n'), problem('file_cell'));
  assert.throws(() => readOwn('a.csv', 'lon,lat\n'), problem('file_empty'));
  assert.throws(() => readOwn('a.csv', 'lon,lat\n"1,2'), problem('file_quote'));
  assert.throws(() => readOwn('a.shp', 'x'), problem('file_kind'));
});

test('SVG: text is escaped, shapes are in pixels', () => {
  assert.equal(escapeXml('</text><script>"&\u0000\u202e'), '&#60;/text&#62;&#60;script&#62;&#34;&#38;');
  const path = new KeptPath();
  path.moveTo(0, 0);
  path.lineTo(1, 0);
  path.lineTo(1.001, 0);
  path.lineTo(1, 1);
  path.closePath();
  assert.equal(pathData(path.ops, [10, 0, 0, 10, 5, 5]), 'M5 5L15 5L15 15Z');
  const far = new KeptPath();
  [[-9000, 0], [-8000, 0], [50, 50], [9000, 50], [9900, 50]].forEach(([x, y], i) => (i ? far.lineTo(x, y) : far.moveTo(x, y)));
  assert.equal(pathData(far.ops, [1, 0, 0, 1, 0, 0], { width: 100, height: 100 }), 'M-8000 0L50 50L9000 50');
});

test('SVG: a name and its halo are one text, a hostile one stays text', () => {
  const real = { measureText: () => ({ width: 10, fontBoundingBoxAscent: 8 }) };
  const { ctx, text } = createRecorder(100, 50, real);
  ctx.font = '600 12px "Atlas Sans", sans-serif';
  ctx.strokeText('</svg><script>', 10, 20);
  ctx.fillText('</svg><script>', 10, 20);
  ctx.save();
  ctx.translate(5, 5);
  ctx.restore();
  ctx.fillRect(0, 0, 3, 3);
  const out = text({ lang: 'en', head: '' });
  assert.equal(out.match(/<text/g).length, 1);
  assert.ok(!out.includes('<script'));
  assert.match(out, /paint-order="stroke"/);
  assert.match(out, /'Source Sans 3'/);
  assert.match(out, /<rect x="0" y="0" width="3" height="3"/);
});
