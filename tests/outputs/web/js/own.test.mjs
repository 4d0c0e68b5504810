import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOwn, rows } from '../../../../src/frontiers_map/outputs/web/js/extras/owndata.js';
import { decoded, readWkt } from '../../../../src/frontiers_map/outputs/web/js/extras/ownfiles.js';
import { FileProblem } from '../../../../src/frontiers_map/outputs/web/js/extras/problem.js';
import { createRecorder, escapeXml, KeptPath, pathData } from '../../../../src/frontiers_map/outputs/web/js/extras/svg.js';

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

const area = (...ring) => JSON.stringify({ type: 'Polygon', coordinates: [ring] });

test('GeoJSON: polygons as written, and what could be meant either way is refused with both', () => {
  const [box] = readOwn('a.geojson', area([-20, -10], [160, -10], [160, 10], [-20, 10], [-20, -10])).map((f) => f.areas[0][0]);
  assert.deepEqual(box.map(([x]) => x), [-20, 160, 160, -20, -20]);
  assert.throws(() => readOwn('a.geojson', area([-20, -10], [170, -10], [170, 10], [-20, 10], [-20, -10])), (error) => problem('file_edge')(error)
    && error.values.size === 190 && error.values.middle === '[75, -10]' && error.values.other === '[-190, -10]');
  const [fiji] = readOwn('a.geojson', area([174, -24], [-168, -24], [-168, -10], [174, -10], [174, -24])).map((f) => f.areas[0][0]);
  assert.deepEqual(fiji.map(([x]) => x), [174, 192, 192, 174, 174]);
  // 0 to 360 is as good; a band round the world is a band
  const [east] = readOwn('a.geojson', area([174, -24], [192, -24], [192, -10], [174, -10], [174, -24])).map((f) => f.areas[0][0]);
  assert.deepEqual(east, fiji);
  const [band] = readOwn('a.geojson', area([-180, 60], [180, 60], [180, 70], [-180, 70], [-180, 60])).map((f) => f.areas[0][0]);
  assert.deepEqual([Math.min(...band.map(([x]) => x)), Math.max(...band.map(([x]) => x)), band.length], [-180, 180, 11]);
  assert.throws(() => readOwn('a.geojson', area([0, 80], [90, 80], [180, 80], [-90, 80], [0, 80])), problem('file_pole'));
});

test('GeoJSON: parts on both sides of 180 degrees lie side by side', () => {
  const square = (w, e) => [[[w, -24], [e, -24], [e, -10], [w, -10], [w, -24]]];
  const [f] = readOwn('a.geojson', JSON.stringify({ type: 'MultiPolygon', coordinates: [square(174, 180), square(-180, -168)] }));
  assert.deepEqual(f.areas.map(([ring]) => ring[0][0]), [174, 180]);
});

test('GeoJSON: simplestyle and style are taken, other things not believed', () => {
  const style = (item) => readOwn('a.geojson', JSON.stringify({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] }, ...item }))[0].style;
  assert.deepEqual(style({ properties: { stroke: '#f00', 'stroke-width': 3, 'stroke-opacity': 0.5, fill: 'teal', 'fill-opacity': '0.4', 'marker-color': '#00ff00' } }),
    { stroke: '#f00', fill: 'teal', marker: '#00ff00', width: 3, opacity: 0.5, wash: 0.4 });
  assert.deepEqual(style({ properties: { style: { color: 'red', weight: 2, fillColor: 'rgb(1, 2, 3)', fillOpacity: 0.1 } } }), { stroke: 'red', fill: 'rgb(1, 2, 3)', marker: 'red', width: 2, wash: 0.1 });
  assert.equal(style({ properties: { color: 'red', opacity: 0.2, stroke: 'url(x)', 'stroke-width': -1 } }), undefined);
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

test('tables as people have them: titles, empty rows, other names, degrees and minutes, WKT', () => {
  const at = (text, name = 'a.csv') => readOwn(name, text).map((f) => f.points[0]);
  assert.deepEqual(at('Ports of call\n\n;;\nName;Breite;Länge\n;;\nRom;41,9;12,5\n'), [[12.5, 41.9]]);
  assert.deepEqual(at('occurrenceID,decimalLatitude,decimalLongitude\n1,35.4,139.8\n\n,,\n'), [[139.8, 35.4]]);
  assert.deepEqual(at('name\tLat (deg)\tLon (deg)\nx\t-6.5\t107\n'), [[107, -6.5]]);
  assert.deepEqual(at("name,lat,lon\nTokyo,35°24'N,139°48'E\nX,S 12 30,\"65° 0' 36\"\" W\"\n"), [[139.8, 35.4], [-65.01, -12.5]]);
  assert.deepEqual(at('港,緯度,経度\n東京,35.4,139.8\n'), [[139.8, 35.4]]);
  assert.deepEqual(at('name|x|y\na|1|2\n'), [[1, 2]]);
  const [line] = readOwn('a.csv', 'id,WKT\n7,"LINESTRING (170 1, -170 2)"\n');
  assert.deepEqual(line.lines, [[[170, 1], [190, 2]]]);
  assert.throws(() => readOwn('a.csv', 'id,wkt\n7,CIRCLE\n'), problem('file_wkt'));
  assert.throws(() => readOwn('a.csv', 'title\n\nlon,lat\n1,x\n'), (error) => problem('file_cell')(error));
});

test('WKT alone, GeoJSON line by line', () => {
  assert.deepEqual(readOwn('a.wkt', 'POINT (1 2)\nSRID=4326;MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))\n').map((f) => [f.points.length, f.areas.length]), [[1, 0], [0, 1]]);
  assert.deepEqual(readWkt('POINT Z (1e1 -2.5 7)').coordinates, [10, -2.5, 7]);
  assert.deepEqual(readWkt('MULTIPOINT ((1 2), (3 4))').coordinates, [[1, 2], [3, 4]]);
  assert.deepEqual(readWkt('MULTIPOINT (1 2, 3 4)').coordinates, [[1, 2], [3, 4]]);
  assert.equal(readWkt('Rome'), null);
  const one = JSON.stringify({ type: 'Feature', properties: { name: 'x' }, geometry: { type: 'Point', coordinates: [1, 2] } });
  assert.deepEqual(readOwn('a.ndjson', `${one}\n${one}\n`).map((f) => f.name), ['x', 'x']);
  assert.equal(readOwn('a.geojsonseq', `\x1e${one}\n\x1e${one}\n`).length, 2);
  assert.throws(() => readOwn('a.ndjson', `${one}\n{broken\n`), problem('file_json'));
});

test('letters of other encodings', () => {
  const bytes = (text, encoding) => new Uint8Array(Buffer.from(text, encoding)), text = 'name,lon,lat\nCittà di Málaga,1,2\n';
  assert.equal(decoded(bytes(text, 'utf8')).text, text);
  assert.deepEqual(decoded(bytes(text, 'latin1')), { text, encoding: 'Windows-1252' });
  assert.deepEqual(decoded(bytes(`\ufeff${text}`, 'utf16le')), { text, encoding: 'UTF-16' });
  assert.equal(decoded(bytes(text, 'utf16le')).text, text);
  const japanese = Uint8Array.from([0x93, 0x8c, 0x8b, 0x9e, 0x2c, 0x83, 0x69, 0x83, 0x7c, 0x83, 0x8a]);
  assert.deepEqual(decoded(japanese), { text: '東京,ナポリ', encoding: 'Shift-JIS' });
  assert.throws(() => decoded(Uint8Array.from([0, 1, 2, 3, 0, 0, 255])), problem('file_utf8'));
});
