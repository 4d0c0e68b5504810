// The camera: every call of Leaflet is in this file. Leaflet drags, flings, pinches and flies;
// nothing of the atlas is drawn by it.

import { latitude, nearest, northing } from './geo.js';

const { L } = window;
// How far north and south the map goes, unless something lies beyond. Miller's cylinder ends at the
// poles; tiles of an online map end at 85 degrees.
const TOP = 84.5, BOTTOM = -67, POLE = 89.9, TILES = 85;

const crs = () => L.extend({}, L.CRS, {
  code: 'Miller',
  infinite: true,
  wrapLng: [-180, 180],
  projection: {
    project: ({ lng, lat }) => new L.Point(lng, northing(Math.max(-POLE, Math.min(POLE, lat)))),
    unproject: ({ x, y }) => new L.LatLng(latitude(y), x),
    bounds: new L.Bounds([-1e6, -1e6], [1e6, 1e6]),
  },
  transformation: new L.Transformation(1 / 360, 0.5, -1 / 360, 0.5),
  // Metres on the ground, for circles and measures that a user adds.
  R: L.CRS.Earth.R, distance: L.CRS.Earth.distance,
});

const perDegree = (zoom) => (256 * 2 ** zoom) / 360;
const zoomOf = (scale) => Math.log2((scale * 360) / 256);

// `node` is the element the reader drags. `setInsets` takes a function that tells what covers the
// map on each side; `calm()` tells that nothing shall fly, `busy()` that clicks set points.
export function createCamera(node, { calm, busy }) {
  let insets = () => ({ left: 0, top: 0, right: 0, bottom: 0 });
  const map = L.map(node, {
    crs: crs(), zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
    zoomSnap: 0, zoomDelta: 0.5, scrollWheelZoom: false, zoomControl: false,
    attributionControl: false, worldCopyJump: false, minZoom: 0.6, maxZoom: 10,
    center: [15, 110], zoom: 2, boxZoom: false, doubleClickZoom: false, tap: false,
    inertiaDeceleration: 2600, keyboardPanDelta: 90, bounceAtZoomLimits: false,
  });
  let moving = false, top = TOP, bottom = BOTTOM, most = POLE;
  const listeners = { move: [], end: [], click: [], hover: [] };
  const tell = (kind, ...what) => listeners[kind].forEach((f) => f(...what));

  const frame = () => {
    const size = map.getSize(), zoom = map.getZoom(), { min } = map.getPixelBounds();
    const half = 128 * 2 ** zoom;
    return { s: perDegree(zoom), x0: half - min.x, y0: half - min.y, width: size.x, height: size.y, zoom, moving };
  };

  const room = () => {
    const size = map.getSize(), inset = insets();
    const width = Math.max(80, size.x - inset.left - inset.right);
    const height = Math.max(80, size.y - inset.top - inset.bottom);
    return { ...inset, width, height, x: inset.left + width / 2, y: inset.top + height / 2, size };
  };

  // The northing at the middle of the visible map, kept so that neither pole is passed.
  const limits = (scale, height) => [northing(bottom) + height / scale / 2, northing(top) - height / scale / 2];
  const settle = (y, scale, height) => {
    const [a, b] = limits(scale, height).sort((p, q) => p - q);
    return Math.max(a, Math.min(b, y));
  };

  // Centre of the window (Leaflet's centre) for a point that shall lie mid of the visible map.
  const centred = (lon, y, scale, space) => {
    const dx = (space.size.x / 2 - space.x) / scale, dy = (space.size.y / 2 - space.y) / scale;
    return L.latLng(latitude(y - dy), lon + dx);
  };

  const target = ([west, south, east, north], nearest = 9) => {
    const space = room(), high = northing(Math.min(top, north)), low = northing(Math.max(bottom, south));
    const scale = Math.min(space.width / (east - west), space.height / (high - low), perDegree(nearest));
    const [least, highest] = limits(scale, space.height), wanted = settle((high + low) / 2, scale, space.height);
    // In a window taller than the map: half-way between what is asked for and no Antarctica at all.
    const y = least > highest ? (least + wanted) / 2 : wanted;
    return { lon: (west + east) / 2, y, scale, space };
  };

  const go = ({ lon, y, scale, space }, fly) => {
    const middle = visible();
    const centre = centred(nearest(lon, middle.lon), y, scale, space), zoom = zoomOf(scale);
    if (moving) {
      map.stop();
      wheel.stop();
    }
    if (!fly || calm()) {
      map.setView(centre, zoom, { animate: false });
      return;
    }
    const far = Math.abs(centre.lng - map.getCenter().lng);
    moving = true;
    map.flyTo(centre, zoom, { duration: Math.min(2.2, 0.9 + far / 130), easeLinearity: 0.3 });
  };

  // Middle of the visible map, in degrees.
  const visible = () => {
    const space = room(), f = frame();
    return { lon: (space.x - f.x0) / f.s, lat: latitude(-(space.y - f.y0) / f.s), zoom: f.zoom };
  };

  const wheel = smoothWheel(map, node, () => { moving = true; }, () => busy());
  limitDrag(map, room, settle);

  map.on('movestart', () => { moving = true; });
  map.on('move zoom resize viewreset', () => tell('move'));
  map.on('moveend', () => {
    moving = false;
    tell('move');
    tell('end');
  });
  map.on('click', (event) => tell('click', event.containerPoint.x, event.containerPoint.y, event.originalEvent));
  map.on('mousemove', (event) => tell('hover', event.containerPoint.x, event.containerPoint.y));
  map.on('mouseout', () => tell('hover', -1, -1));

  return {
    leaflet: map,
    setInsets: (f) => { insets = f; },
    basemap: ({ url, credit, most: finest }) => {
      most = TILES;
      L.tileLayer(url, { maxNativeZoom: finest, maxZoom: 12, attribution: credit }).addTo(map);
    },
    // Something is drawn as far south and north as this: the map goes there.
    reach: (south, north) => {
      if (north + 2 > top) top = Math.min(most, north + 2);
      if (south - 2 < bottom) bottom = Math.max(-most, south - 2);
    },
    frame,
    visible,
    on: (kind, f) => listeners[kind].push(f),
    view: () => {
      const { lon, lat, zoom } = visible();
      return [lon, lat, zoom];
    },
    look: ([lon, lat, zoom], fly = false) => {
      const space = room(), scale = perDegree(zoom);
      go({ lon, y: settle(northing(lat), scale, space.height), scale, space }, fly);
    },
    fit: (box, fly = false, most = 9) => go(target(box, most), fly),
    zoomBy: (step) => {
      const { lon, lat, zoom } = visible(), space = room();
      const scale = perDegree(Math.max(0.6, Math.min(10, zoom + step)));
      go({ lon, y: settle(northing(lat), scale, space.height), scale, space }, !calm());
    },
    // Move the map so that a point of the window comes out from under a box at its right, or below.
    uncover: (x, y, { left, top }, below) => {
      const by = below ? [0, Math.max(0, y - top + 60)] : [y > top ? Math.max(0, x - left + 60) : 0, 0];
      if (by.some(Boolean)) map.panBy(by, { animate: !calm(), duration: 0.4 });
    },
    resize: () => map.invalidateSize({ pan: false, animate: false }),
    degrees: (x, y) => {
      const f = frame();
      return [(x - f.x0) / f.s, latitude(-(y - f.y0) / f.s)];
    },
    isMoving: () => moving,
  };
}

// Wheel and trackpad: a goal zoom, a quarter of the way to it each frame, the point under the
// cursor held. Uses Leaflet's own steps of a movement, unchanged all through 1.9.
function smoothWheel(map, node, begin, busy) {
  let goal = null, point = null, running = 0, last = 0;
  const step = () => {
    const zoom = map.getZoom(), next = Math.abs(goal - zoom) < 0.004 ? goal : zoom + (goal - zoom) * 0.24;
    const scale = map.getZoomScale(next, zoom);
    const offset = point.subtract(map.getSize().divideBy(2)).multiplyBy(1 - 1 / scale);
    const centre = map.unproject(map.project(map.getCenter(), zoom).add(offset), zoom);
    map._move(centre, next);
    if (next === goal && performance.now() - last > 90) {
      running = 0;
      map._moveEnd(true);
      return;
    }
    running = requestAnimationFrame(step);
  };
  node.addEventListener('wheel', (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 300 : 1);
    const gain = event.ctrlKey ? 0.012 : 0.003;
    // Leaflet's stop() sets the view anew and says that the movement has ended: not at every turn.
    if (!running) map.stop();
    point = map.mouseEventToContainerPoint(event);
    goal = Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), (running ? goal : map.getZoom()) - pixels * gain));
    last = performance.now();
    if (!running) {
      begin();
      map._moveStart(true, false);
      running = requestAnimationFrame(step);
    }
  }, { passive: false });
  node.addEventListener('dblclick', (event) => {
    if (busy()) return;
    point = map.mouseEventToContainerPoint(event);
    goal = Math.min(map.getMaxZoom(), map.getZoom() + (event.shiftKey ? -1 : 1));
    last = 0;
    if (!running) {
      begin();
      map._moveStart(true, false);
      running = requestAnimationFrame(step);
    }
  });
  return {
    stop: () => {
      if (!running) return;
      cancelAnimationFrame(running);
      running = 0;
      map._moveEnd(true);
    },
  };
}

// A drag stops where the map ends, north and south.
function limitDrag(map, room, settle) {
  const drag = map.dragging._draggable;
  if (!drag) return;
  drag.on('predrag', () => {
    const space = room(), zoom = map.getZoom(), scale = perDegree(zoom);
    const top = map.getPixelOrigin().y - drag._newPos.y;
    const y = -(top + space.y - 128 * 2 ** zoom) / scale, held = settle(y, scale, space.height);
    drag._newPos.y += (y - held) * -scale;
  });
}
