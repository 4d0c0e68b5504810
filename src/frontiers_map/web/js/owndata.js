// A reader's own GeoJSON or CSV, taken for what it is: numbers and plain text. Pure.
// What cannot be read is told by a FileProblem: a key of the page's words, and values for it.

export const MOST_BYTES = 30e6;
const MOST_POINTS = 400000, MOST_ROWS = 50000;

export class FileProblem extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

const short = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

// Name and text of a file -> [{name, properties, points, lines, areas}], longitudes unwrapped.
export function readOwn(name, text) {
  if (text.length > MOST_BYTES) throw new FileProblem('file_big', { most: Math.round(MOST_BYTES / 1e6) });
  const clean = text.replace(/^\ufeff/, '');
  if (/\.(geo)?json$/i.test(name) || /^\s*[{[]/.test(clean)) return fromGeoJson(clean);
  if (/\.(csv|tsv|txt)$/i.test(name)) return fromCsv(clean);
  throw new FileProblem('file_kind', { name: short(name) });
}

function point(pair, where) {
  if (!Array.isArray(pair) || pair.length < 2) throw new FileProblem('file_position', { where, found: short(pair) });
  const [lon, lat] = pair;
  if (typeof lon !== 'number' || typeof lat !== 'number' || !Number.isFinite(lon) || !Number.isFinite(lat)) throw new FileProblem('file_position', { where, found: short(pair) });
  if (Math.abs(lat) > 90 || Math.abs(lon) > 540) throw new FileProblem('file_range', { where, found: short([lon, lat]) });
  return [lon, lat];
}

// A line whose steps never go the long way round the world.
function line(list, where, count) {
  if (!Array.isArray(list) || !list.length) throw new FileProblem('file_position', { where, found: short(list) });
  count.points += list.length;
  if (count.points > MOST_POINTS) throw new FileProblem('file_many', { most: MOST_POINTS });
  const out = [];
  for (const pair of list) {
    let [lon, lat] = point(pair, where);
    if (out.length) {
      const last = out.at(-1)[0];
      if (Math.abs(lon - last) > 180) lon += 360 * Math.round((last - lon) / 360);
    }
    out.push([lon, lat]);
  }
  return out;
}

const PARTS = {
  Point: (c, f, where, count) => f.points.push(...line([c], where, count)),
  MultiPoint: (c, f, where, count) => list(c, where).forEach((p) => f.points.push(...line([p], where, count))),
  LineString: (c, f, where, count) => f.lines.push(line(c, where, count)),
  MultiLineString: (c, f, where, count) => list(c, where).forEach((l) => f.lines.push(line(l, where, count))),
  // A polygon without rings is good GeoJSON, and nothing to draw.
  Polygon: (c, f, where, count) => { if (list(c, where).length) f.areas.push(c.map((r) => line(r, where, count))); },
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
  if (typeof geometry !== 'object' || !Object.hasOwn(PARTS, geometry.type)) throw new FileProblem('file_geometry', { where, found: short(geometry?.type ?? geometry) });
  PARTS[geometry.type](geometry.coordinates, feature, where, count);
}

function fromGeoJson(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new FileProblem('file_json', { found: short(error.message) });
  }
  const all = data?.type === 'FeatureCollection' ? list(data.features, 'features') : data?.type === 'Feature' ? [data]
    : data && typeof data === 'object' && (Object.hasOwn(PARTS, data.type ?? '') || data.type === 'GeometryCollection') ? [{ geometry: data }] : null;
  if (!all) throw new FileProblem('file_not_geojson', { found: short(data?.type ?? typeof data) });
  const count = { points: 0 }, out = [];
  all.forEach((item, i) => {
    if (!item || typeof item !== 'object') throw new FileProblem('file_geometry', { where: String(i + 1), found: short(item) });
    const feature = { name: '', properties: flat(item.properties), points: [], lines: [], areas: [] };
    feature.name = nameOf(feature.properties) || (item.id === undefined ? '' : short(item.id));
    take(item.geometry, feature, String(i + 1), count);
    if (feature.points.length || feature.lines.length || feature.areas.length) out.push(feature);
  });
  if (!out.length) throw new FileProblem('file_empty');
  return out;
}

// Properties as pairs of plain text.
const flat = (properties) => (properties && typeof properties === 'object' && !Array.isArray(properties)
  ? Object.entries(properties).slice(0, 60).filter(([, v]) => v !== null && v !== undefined && v !== '')
    .map(([k, v]) => [String(k).slice(0, 80), (typeof v === 'object' ? JSON.stringify(v) : String(v)).slice(0, 400)]) : []);

const nameOf = (pairs) => ['name', 'title', 'label', 'id'].map((k) => pairs.find(([key]) => key.toLowerCase() === k)?.[1]).find(Boolean)?.slice(0, 80) ?? '';

// Rows of a CSV: quotes doubled inside quotes, line breaks inside them kept.
export function rows(text, mark) {
  const out = [[]];
  let cell = '', quoted = false;
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

const LON = /^(lon|lng|long|longitude|x|経度|longitudine)$/i, LAT = /^(lat|latitude|y|緯度|latitudine)$/i;

function fromCsv(text) {
  const first = text.slice(0, text.indexOf('\n') + 1 || text.length);
  const mark = [',', ';', '\t'].map((m) => [first.split(m).length, m]).sort((a, b) => b[0] - a[0])[0][1];
  const [head, ...body] = rows(text, mark);
  const names = (head ?? []).map((h) => h.trim()), x = names.findIndex((h) => LON.test(h)), y = names.findIndex((h) => LAT.test(h));
  if (x < 0 || y < 0) throw new FileProblem('file_columns', { found: short(names.join(', ')) });
  if (!body.length) throw new FileProblem('file_empty');
  if (body.length > MOST_ROWS) throw new FileProblem('file_many', { most: MOST_ROWS });
  const number = (cell) => {
    const clean = (cell ?? '').trim().replace(mark === ';' ? ',' : '\u0000', '.');
    return clean === '' ? Number.NaN : Number(clean);
  };
  return body.map((row, i) => {
    const where = String(i + 2), lon = number(row[x]), lat = number(row[y]);
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) throw new FileProblem('file_cell', { where, found: short(`${row[x] ?? ''}; ${row[y] ?? ''}`) });
    const properties = flat(Object.fromEntries(names.map((name, k) => [name || `${k + 1}`, row[k] ?? ''])));
    return { name: nameOf(properties), properties, points: [point([lon, lat], where)], lines: [], areas: [] };
  });
}
