// A reader's own file, taken for what it is: numbers and plain text. What it is, its content tells,
// not its name. What cannot be read is told by a FileProblem, with the one thing to change.

import { readWkt, readXml } from './ownfiles.js';
import { readDegrees } from '../geo/position.js';
import { FileProblem, short, written } from './problem.js';

export const MOST_BYTES = 30e6;
const MOST_POINTS = 400000,
  MOST_ROWS = 50000;

// Name and text of a file -> [{name, properties, points, lines, areas}], longitudes unwrapped.
export function readOwn(name, text) {
  if (text.length > MOST_BYTES) throw new FileProblem('file_big', { most: Math.round(MOST_BYTES / 1e6) });
  const clean = text.replace(/^\ufeff/, '');
  if (/^\s*</.test(clean)) return fromFeatures(readXml(clean));
  if (/\.(geo)?json(l|seq)?$|\.ndjson$/i.test(name) || /^[\s\x1e]*[{[]/.test(clean)) return fromGeoJson(clean);
  const lines = clean.split(/\r?\n/).filter((row) => row.trim());
  if (lines.length && lines.every((row) => /^\s*(SRID=\d+;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\b/i.test(row))) {
    return fromFeatures(lines.map((row) => ({ geometry: readWkt(row), properties: null })));
  }
  if (/\.(csv|tsv|txt|dat|tab)$/i.test(name) || !/\.\w+$/.test(name)) return fromCsv(clean);
  throw new FileProblem('file_kind', { name: short(name) });
}

function point(pair, where) {
  if (!Array.isArray(pair) || pair.length < 2) throw new FileProblem('file_position', { where, found: short(pair) });
  const [lon, lat] = pair;
  if (typeof lon !== 'number' || typeof lat !== 'number' || !Number.isFinite(lon) || !Number.isFinite(lat))
    throw new FileProblem('file_position', { where, found: short(pair) });
  if (Math.abs(lat) > 90 || Math.abs(lon) > 540)
    throw new FileProblem('file_range', { where, found: short([lon, lat]) });
  return [lon, lat];
}

// A line or ring, its longitudes running on across 180°, by the same rule as the atlas's own files: a
// step of more than 180° could be meant either way round the world, and is taken only where it can
// mean one thing: of exactly 360° it goes once round, of 270° or more the short way.
function line(list, where, count, least = 270) {
  if (!Array.isArray(list) || !list.length) throw new FileProblem('file_position', { where, found: short(list) });
  count.points += list.length;
  if (count.points > MOST_POINTS) throw new FileProblem('file_many', { most: MOST_POINTS });
  const out = [];
  let turn = 0,
    last = null;
  for (const pair of list) {
    const [lon, lat] = point(pair, where),
      step = last === null ? 0 : lon - last[0],
      size = Math.abs(step);
    if ((size > 180 && size < least) || size > 360) {
      throw new FileProblem('file_edge', {
        where,
        size: round(size),
        found: `${spot(last)} – ${spot([lon, lat])}`,
        middle: spot([(lon + last[0]) / 2, (lat + last[1]) / 2]),
        other: spot([lon - Math.sign(step) * 360, lat]),
      });
    }
    if (size === 360)
      for (const f of [0.25, 0.5, 0.75]) out.push([last[0] + turn + f * step, last[1] + f * (lat - last[1])]);
    else if (size > 180) turn -= 360 * Math.sign(step);
    out.push([lon + turn, lat]);
    last = [lon, lat];
  }
  return out;
}

const round = (value) => Math.round(value * 1e4) / 1e4,
  spot = (pair) => `[${pair.map(round).join(', ')}]`;

// Twice the area of a ring, positive if it runs counter-clockwise.
const turned = (ring) =>
  ring.reduce((sum, [x, y], i) => sum + (ring[i - 1] ? ring[i - 1][0] * y - x * ring[i - 1][1] : 0), 0);

function rings(list, where, count) {
  return list.map((given, i) => {
    const ring = line(given, where, count);
    if (Math.abs(ring[0][0] - ring.at(-1)[0]) > 1 && given[0][0] === given.at(-1)[0])
      throw new FileProblem('file_pole', { where });
    const crosses = ring.some(([x], k) => ring.length === given.length && x !== given[k][0]);
    // Clockwise the short way, and counter-clockwise as written: each way breaks a rule.
    return crosses && i === 0 && turned(ring) < 0 ? line(given, where, count, 360) : ring;
  });
}

const PARTS = {
  Point: (c, f, where, count) => f.points.push(...line([c], where, count)),
  MultiPoint: (c, f, where, count) => list(c, where).forEach((p) => f.points.push(...line([p], where, count))),
  LineString: (c, f, where, count) => f.lines.push(line(c, where, count)),
  MultiLineString: (c, f, where, count) => list(c, where).forEach((l) => f.lines.push(line(l, where, count))),
  // A polygon without rings is good GeoJSON, and nothing to draw.
  Polygon: (c, f, where, count) => {
    if (list(c, where).length) f.areas.push(rings(c, where, count));
  },
  MultiPolygon: (c, f, where, count) => list(c, where).forEach((p) => PARTS.Polygon(p, f, where, count)),
};

const list = (value, where) => {
  if (!Array.isArray(value)) throw new FileProblem('file_position', { where, found: short(value) });
  return value;
};

function take(geometry, feature, where, count, depth = 0) {
  if (geometry === null || geometry === undefined) return;
  if (geometry.type === 'GeometryCollection' && depth < 8) {
    list(geometry.geometries, where).forEach((g) => take(g, feature, where, count, depth + 1));
    return;
  }
  if (typeof geometry !== 'object' || !Object.hasOwn(PARTS, geometry.type))
    throw new FileProblem('file_geometry', { where, found: short(geometry?.type ?? geometry) });
  PARTS[geometry.type](geometry.coordinates, feature, where, count);
}

function fromGeoJson(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch (error) {
    data = lineByLine(text);
    if (!data) throw new FileProblem('file_json', { found: short(error.message) });
  }
  const all =
    data?.type === 'FeatureCollection'
      ? list(data.features, 'features')
      : data?.type === 'Feature'
        ? [data]
        : data &&
            typeof data === 'object' &&
            (Object.hasOwn(PARTS, data.type ?? '') || data.type === 'GeometryCollection')
          ? [{ geometry: data }]
          : null;
  if (!all) throw new FileProblem('file_not_geojson', { found: short(data?.type ?? typeof data) });
  return fromFeatures(all);
}

// A feature on each line: newline-delimited GeoJSON, or a sequence of RFC 8142.
function lineByLine(text) {
  const lines = text.split(/[\r\n\x1e]+/).filter((row) => row.trim());
  if (lines.length < 2) return null;
  try {
    const all = lines.map((row) => JSON.parse(row));
    return {
      type: 'FeatureCollection',
      features: all.map((one) => (Object.hasOwn(PARTS, one?.type ?? '') ? { geometry: one } : one)),
    };
  } catch {
    return null;
  }
}

function fromFeatures(all) {
  const count = { points: 0 },
    out = [];
  all.forEach((item, i) => {
    if (!item || typeof item !== 'object')
      throw new FileProblem('file_geometry', { where: String(i + 1), found: short(item) });
    const feature = { name: '', properties: flat(item.properties), points: [], lines: [], areas: [] };
    const style = styleOf(item);
    if (style) feature.style = style;
    feature.name = nameOf(feature.properties) || (item.id === undefined ? '' : short(item.id));
    take(item.geometry, feature, item.where ?? String(i + 1), count);
    beside(feature);
    if (feature.points.length || feature.lines.length || feature.areas.length) out.push(feature);
  });
  if (!out.length) throw new FileProblem('file_empty');
  return out;
}

// Parts on both sides of 180° lie side by side, where that is the narrower.
function beside(feature) {
  const parts = [...feature.points.map((p) => [p]), ...feature.lines, ...feature.areas.map((a) => a.flat())];
  const spans = parts.map((part) =>
    part.reduce(([w, e], [x]) => [Math.min(w, x), Math.max(e, x)], [Infinity, -Infinity]),
  );
  const wide = (all) => {
    const [west, east] = all.reduce(([w, e], [x, y]) => [Math.min(w, x), Math.max(e, y)], [Infinity, -Infinity]);
    return east - west;
  };
  const moved = spans.map(([w, e]) => (e <= 0 ? [w + 360, e + 360] : [w, e]));
  if (spans.length < 2 || wide(moved) >= wide(spans)) return;
  const east = (p) => {
      p[0] += 360;
    },
    west = (points) => points.every(([x]) => x <= 0);
  for (const part of [...feature.points.map((p) => [p]), ...feature.lines]) if (west(part)) part.forEach(east);
  for (const area of feature.areas) if (west(area.flat())) area.flat().forEach(east);
}

// How a feature asks to be drawn: the keys of simplestyle, or of a `style` as Leaflet and GeoPandas
// write it. Only colours and numbers are believed.
const COLOUR = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|(rgb|hsl)a?\([\d\s.,%/deg]{3,40}\))$/i;
function styleOf({ style, properties }) {
  const given = properties && typeof properties === 'object' ? properties : {};
  let inner = style ?? given.style;
  try {
    if (typeof inner === 'string') inner = JSON.parse(inner);
  } catch {
    inner = null;
  }
  const from = { ...given, ...(inner && typeof inner === 'object' ? inner : {}) },
    out = {};
  const first = (test, ...keys) =>
    keys.map((key) => from[key]).find((value) => value !== null && value !== '' && test(value));
  const colour = (value) => typeof value === 'string' && COLOUR.test(value.trim());
  const number = (low, high) => (value) =>
    typeof value !== 'boolean' && Number.isFinite(Number(value)) && Number(value) >= low && Number(value) <= high;
  const put = (key, value, as = (x) => x) => {
    if (value !== undefined) out[key] = as(value);
  };
  const plain = inner ? ['color'] : [];
  put('stroke', first(colour, 'stroke', ...plain));
  put('fill', first(colour, 'fill', 'fillColor', ...plain));
  put('marker', first(colour, 'marker-color', ...plain, 'fillColor'));
  put('width', first(number(0, 40), 'stroke-width', 'weight'), Number);
  put('opacity', first(number(0, 1), 'stroke-opacity', ...(inner ? ['opacity'] : [])), Number);
  put('wash', first(number(0, 1), 'fill-opacity', 'fillOpacity'), Number);
  if (from.stroke === false) out.opacity = 0;
  if (from.fill === false) out.wash = 0;
  return Object.keys(out).length ? out : null;
}

// Properties as pairs of plain text.
const flat = (properties) =>
  properties && typeof properties === 'object' && !Array.isArray(properties)
    ? Object.entries(properties)
        .slice(0, 60)
        .filter(([, v]) => v !== null && v !== undefined && v !== '')
        .map(([k, v]) => [String(k).slice(0, 80), written(v).slice(0, 400)])
    : [];

const nameOf = (pairs) =>
  ['name', 'title', 'label', 'id']
    .map((k) => pairs.find(([key]) => key.toLowerCase() === k)?.[1])
    .find(Boolean)
    ?.slice(0, 80) ?? '';

// Rows of a CSV: quotes doubled inside quotes, line breaks inside them kept.
export function rows(text, mark) {
  const out = [[]];
  let cell = '',
    quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === mark || c === '\n') {
      out.at(-1).push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') out.push([]);
    } else cell += c;
  }
  if (quoted) throw new FileProblem('file_quote');
  out.at(-1).push(cell.replace(/\r$/, ''));
  return out.filter((row) => row.length > 1 || row[0] !== '');
}

// Names of columns, as tables have them: decimalLatitude, Lon (deg), geo_lat, 経度.
const bare = (name) =>
  name
    .slice(0, 80)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]|[^\p{L}]/gu, '');
const about = (words) =>
  new RegExp(
    `^(decimal|geo|wgs|coord|coordinate|gps|start)?(${words})(deg|dd|degrees|decimal|wgs|coord|coordinate|wert)?$`,
  );
const LON = about('x|lon|lng|long|longitude|longitudine|longitud|longitudedecimal|laenge|länge|経度|东经|東経'),
  LAT = about('y|lat|latitude|latitudine|latitud|breite|緯度|纬度|北緯');
const SHAPE = /^(wkt|geom|geometry|thegeom|shape|wktgeom|geometrywkt)$/;
// A table may begin with a title and empty lines: so many lines are looked at for its head.
const HEADS = 12;

function fromCsv(text) {
  const sample = text.split('\n', HEADS),
    times = (m) => Math.max(...sample.map((row) => row.split(m).length));
  const marks = [',', ';', '\t', '|'].sort((a, b) => times(b) - times(a));
  // The mark that parts the names of the columns: decimal commas are many, too.
  for (const mark of marks) {
    const all = rows(text, mark).filter((row) => row.some((c) => c.trim()));
    const head = all.slice(0, HEADS).findIndex((row) => columnsOf(row));
    if (head >= 0) return fromTable(all[head], all.slice(head + 1), mark, head);
  }
  const first = rows(text, marks[0]).find((row) => row.some((c) => c.trim())) ?? [];
  throw new FileProblem('file_columns', { found: short(first.map((c) => c.trim()).join(', ')) });
}

function columnsOf(row) {
  const names = row.map(bare),
    x = names.findIndex((h) => LON.test(h)),
    y = names.findIndex((h) => LAT.test(h)),
    shape = names.findIndex((h) => SHAPE.test(h));
  return shape >= 0 || (x >= 0 && y >= 0) ? { x, y, shape } : null;
}

function fromTable(head, body, mark, above) {
  const names = head.map((h) => h.trim()),
    { x, y, shape } = columnsOf(head);
  if (!body.length) throw new FileProblem('file_empty');
  if (body.length > MOST_ROWS) throw new FileProblem('file_many', { most: MOST_ROWS });
  const number = (cell) => {
    const clean = (cell ?? '')
      .trim()
      .replace(/^\u2212/, '-')
      .replace(mark === ';' || mark === '\t' ? ',' : '\u0000', '.');
    return clean === '' ? Number.NaN : Number.isNaN(Number(clean)) ? readDegrees(clean) : Number(clean);
  };
  return fromFeatures(
    body.map((row, i) => {
      const where = String(i + 2 + above),
        properties = Object.fromEntries(names.map((name, k) => [name || `${k + 1}`, row[k] ?? '']));
      if (shape >= 0) {
        const geometry = readWkt(row[shape] ?? '');
        if (!geometry) throw new FileProblem('file_wkt', { found: short(row[shape] ?? '') });
        delete properties[names[shape]];
        return { geometry, properties };
      }
      const lon = number(row[x]),
        lat = number(row[y]);
      if (!Number.isFinite(lon) || !Number.isFinite(lat))
        throw new FileProblem('file_cell', { where, found: short(`${row[x] ?? ''}; ${row[y] ?? ''}`) });
      return { where, geometry: { type: 'Point', coordinates: [lon, lat] }, properties };
    }),
  );
}
