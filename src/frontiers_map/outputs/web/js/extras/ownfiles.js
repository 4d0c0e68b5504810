// From the bytes of a reader's file to text, and from KML, GPX and WKT to the geometry of GeoJSON.

import { inflate } from '../base/bytes.js';
import { FileProblem, short } from './problem.js';

const decode = (label, bytes, fatal = true) => {
  try {
    return new TextDecoder(label, { fatal }).decode(bytes);
  } catch {
    return null;
  }
};

// Text, and the encoding that it was taken for where that is not UTF-8. Japanese letters come in
// words; in a text of Western letters that is read as Japanese, those with accents stand alone.
export function decoded(bytes) {
  const [a, b] = bytes;
  const mark = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : null;
  // Without a mark: every other byte of Western text is zero.
  const head = bytes.subarray(0, 400),
    zeros = [0, 1].map((side) => head.filter((byte, i) => byte === 0 && i % 2 === side).length);
  const wide = mark ?? (zeros[1] > head.length / 5 ? 'utf-16le' : zeros[0] > head.length / 5 ? 'utf-16be' : null);
  if (wide) {
    const text = decode(wide, bytes);
    if (text === null || text.includes('\u0000')) throw new FileProblem('file_utf8');
    return { text, encoding: 'UTF-16' };
  }
  const plain = decode('utf-8', bytes);
  if (plain !== null) {
    if (plain.includes('\u0000')) throw new FileProblem('file_utf8');
    return { text: plain, encoding: '' };
  }
  if (bytes.includes(0)) throw new FileProblem('file_utf8');
  const japanese = decode('shift_jis', bytes),
    signs = japanese?.match(/[\u3000-\u9fff\uff61-\uffef]+/g) ?? [];
  const together = signs.filter((run) => run.length > 1).join('').length;
  if (together > signs.join('').length / 2) return { text: japanese, encoding: 'Shift-JIS' };
  return { text: decode('windows-1252', bytes, false), encoding: 'Windows-1252' };
}

// The first KML in an archive, as KMZ is one.
export async function unzipped(bytes, most) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    names = [];
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new FileProblem('file_zip', { found: '…' });
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0 && at + 46 <= end; n -= 1) {
    const [method, packed, size, long, extra, comment, local] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
      view.getUint32(at + 42, true),
    ];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + long));
    names.push(name);
    if (/\.kml$/i.test(name)) {
      if (size > most) throw new FileProblem('file_big', { most: Math.round(most / 1e6) });
      if (local + 30 > bytes.length) break;
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true),
        part = bytes.slice(from, from + packed);
      if (method === 0) return part;
      try {
        const out = method === 8 ? await inflate(part, size) : null;
        if (out && out.length === size) return out;
      } catch {
        // told below
      }
      break;
    }
    at += 46 + long + extra + comment;
  }
  throw new FileProblem('file_zip', { found: short(names.join(', ')) });
}

// Well-known text -> GeoJSON geometry; null where it is none.
export function readWkt(given) {
  const text = given.trim().replace(/^SRID=\d+;/i, ''),
    head = /^(MULTI)?(POINT|LINESTRING|POLYGON)(?:\s*(?:Z|M|ZM))?\s*\(/i.exec(text);
  if (!head) return null;
  const kinds = { POINT: 'Point', LINESTRING: 'LineString', POLYGON: 'Polygon' },
    kind = kinds[head[2].toUpperCase()];
  const lists = text.slice(head[0].length - 1).replace(/[^\d+\-.eE,()\s]/g, '\u0000');
  // Points without brackets of their own are positions, those with them are the same.
  const json = lists
    .replace(/\s+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')
    .replace(/[^(),]+/g, (part) => `[${part.trim().split(/\s+/).join(',')}]`)
    .replaceAll('(', '[')
    .replaceAll(')', ']');
  try {
    const parts = JSON.parse(json);
    if (head[1])
      return {
        type: `Multi${kind}`,
        coordinates: kind === 'Point' ? parts.map((one) => (Array.isArray(one[0]) ? one[0] : one)) : parts,
      };
    return { type: kind, coordinates: kind === 'Point' ? parts[0] : parts };
  } catch {
    throw new FileProblem('file_wkt', { found: short(given) });
  }
}

const children = (node, name) => [...node.children].filter((one) => one.localName === name);
const within = (node, name) => [...node.getElementsByTagNameNS('*', name)];
const told = (node, name) => children(node, name)[0]?.textContent.trim() ?? '';

const PASSED = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
    ['<!', '>'],
  ],
  TAG = /<(\/?)([^\s/>]+)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>/y,
  DEEPEST = 100;

// The first tag that is not closed, or closes another one, or lies too deep. A browser's own parser tells of faults by
// an element whose style the page's policy forbids: it is asked only where none is to be expected.
function unclosed(text) {
  const open = [];
  // Each letter is looked at once: a file may be large, and meant to take long.
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const passed = PASSED.find(([begin]) => text.startsWith(begin, at));
    TAG.lastIndex = at;
    const found = passed ? null : TAG.exec(text),
      end = passed ? text.indexOf(passed[1], at + passed[0].length) : at;
    // A type of document with declarations of its own is none that maps have.
    if (end < 0 || (!passed && !found) || (passed?.[0] === '<!' && text.slice(at, end).includes('[')))
      return text.slice(at, at + 20);
    at = passed ? end + passed[1].length : TAG.lastIndex;
    const [, ends, name, alone] = found ?? [];
    if (passed || alone) continue;
    if (ends && open.pop() !== name) return `</${name}>`;
    if (!ends && open.push(name) > DEEPEST) return `<${name}>`;
  }
  return open.length ? `<${open.at(-1)}>` : '';
}

// KML or GPX -> [{geometry, properties, style}].
export function readXml(text) {
  const fault = unclosed(text);
  if (fault) throw new FileProblem('file_xml', { found: short(fault) });
  const root = new DOMParser().parseFromString(text, 'application/xml').documentElement,
    wrong = within(root, 'parsererror')[0];
  if (root.localName === 'parsererror' || wrong)
    throw new FileProblem('file_xml', { found: short((wrong ?? root).textContent.trim().split('\n').at(-1)) });
  if (root.localName === 'gpx') return fromGpx(root);
  if (root.localName === 'kml') return fromKml(root);
  throw new FileProblem('file_xml_kind', { found: short(root.localName) });
}

function fromGpx(root) {
  const at = (node) => [Number(node.getAttribute('lon') ?? Number.NaN), Number(node.getAttribute('lat') ?? Number.NaN)];
  const about = (node) =>
    Object.fromEntries(
      [...node.children].filter((one) => !one.children.length).map((one) => [one.localName, one.textContent.trim()]),
    );
  return [
    ...children(root, 'wpt').map((one) => ({
      properties: about(one),
      geometry: { type: 'Point', coordinates: at(one) },
    })),
    ...children(root, 'rte').map((one) => ({
      properties: about(one),
      geometry: { type: 'LineString', coordinates: children(one, 'rtept').map(at) },
    })),
    ...children(root, 'trk').map((one) => ({
      properties: about(one),
      geometry: {
        type: 'MultiLineString',
        coordinates: children(one, 'trkseg')
          .map((part) => children(part, 'trkpt').map(at))
          .filter((part) => part.length),
      },
    })),
  ];
}

const tuples = (node) =>
  (node?.textContent ?? '')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => part.split(',').slice(0, 2).map(Number));

const SHAPES = {
  Point: (node) => ({ type: 'Point', coordinates: tuples(children(node, 'coordinates')[0])[0] ?? [] }),
  LineString: (node) => ({ type: 'LineString', coordinates: tuples(children(node, 'coordinates')[0]) }),
  LinearRing: (node) => SHAPES.LineString(node),
  Polygon: (node) => ({
    type: 'Polygon',
    coordinates: [...children(node, 'outerBoundaryIs'), ...children(node, 'innerBoundaryIs')].map((one) =>
      tuples(within(one, 'coordinates')[0]),
    ),
  }),
  MultiGeometry: (node) => ({ type: 'GeometryCollection', geometries: shapes(node) }),
  Track: (node) => ({
    type: 'LineString',
    coordinates: children(node, 'coord').map((one) => one.textContent.trim().split(/\s+/).slice(0, 2).map(Number)),
  }),
  MultiTrack: (node) => ({ type: 'GeometryCollection', geometries: shapes(node) }),
};
const shapes = (node) =>
  [...node.children].filter((one) => Object.hasOwn(SHAPES, one.localName)).map((one) => SHAPES[one.localName](one));

// A colour of KML is written backwards, how opaque it is first.
function colour(node, name) {
  const style = within(node, name)[0],
    found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(style ? told(style, 'color') : '');
  return found ? [`#${found[4]}${found[3]}${found[2]}`, Number.parseInt(found[1], 16) / 255] : [undefined, undefined];
}

/** @returns {Record<string, string | number>} */
function styleOf(node) {
  const [stroke, opacity] = colour(node, 'LineStyle'),
    [fill, wash] = colour(node, 'PolyStyle'),
    [marker] = colour(node, 'IconStyle');
  const width = Number(
    within(node, 'LineStyle')[0] ? told(within(node, 'LineStyle')[0], 'width') || Number.NaN : Number.NaN,
  );
  return {
    stroke,
    'stroke-opacity': opacity,
    fill,
    'fill-opacity': wash,
    'marker-color': marker,
    ...(width >= 0 ? { 'stroke-width': width } : {}),
  };
}

function fromKml(root) {
  const styles = new Map(
    within(root, 'Style')
      .filter((one) => one.id)
      .map((one) => [`#${one.id}`, styleOf(one)]),
  );
  for (const map of within(root, 'StyleMap')) {
    const usual = children(map, 'Pair').find((pair) => told(pair, 'key') === 'normal');
    if (usual && map.id) styles.set(`#${map.id}`, styles.get(told(usual, 'styleUrl')) ?? {});
  }
  return within(root, 'Placemark').map((place) => {
    const data = within(place, 'Data').map((one) => [one.getAttribute('name'), told(one, 'value')]);
    const simple = within(place, 'SimpleData').map((one) => [one.getAttribute('name'), one.textContent.trim()]);
    const inline = children(place, 'Style')[0],
      all = shapes(place);
    return {
      properties: {
        name: told(place, 'name'),
        description: told(place, 'description')
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' '),
        ...Object.fromEntries([...data, ...simple]),
      },
      style: { ...styles.get(told(place, 'styleUrl')), ...(inline ? styleOf(inline) : {}) },
      geometry: all.length > 1 ? { type: 'GeometryCollection', geometries: all } : (all[0] ?? null),
    };
  });
}
