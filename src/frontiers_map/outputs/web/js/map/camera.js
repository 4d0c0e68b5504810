// The camera: every call of Leaflet is in this file. Leaflet drags, flings, pinches and flies;
// nothing of the atlas is drawn by it.

import { between, latitude, nearest, northing, sphere } from '../geo/geo.js';
import { createGlobe, project, rimOf, unproject } from '../geo/projection.js';

const { L } = window;
// Past this latitude a globe does not turn: north stays up. No view is wider than the disc.
const TURN = 85;
// How far north and south the map goes, unless something lies beyond. Miller's cylinder ends at the
// poles; tiles of an online map end at 85 degrees.
const TOP = 84.5,
  BOTTOM = -67,
  POLE = 89.9,
  TILES = 85;

const crs = () =>
  L.extend({}, L.CRS, {
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
    R: L.CRS.Earth.R,
    distance: L.CRS.Earth.distance,
  });

const perDegree = (zoom) => (256 * 2 ** zoom) / 360;
const zoomOf = (scale) => Math.log2((scale * 360) / 256);

// `node` is the element the reader drags. `setInsets` takes a function that tells what covers the
// map on each side; `calm()` tells that nothing shall fly, `busy()` that clicks set points.
export function createCamera(node, { calm, busy }) {
  let insets = () => ({ left: 0, top: 0, right: 0, bottom: 0 });
  const map = L.map(node, {
    crs: crs(),
    zoomAnimation: false,
    fadeAnimation: false,
    markerZoomAnimation: false,
    zoomSnap: 0,
    zoomDelta: 0.5,
    scrollWheelZoom: false,
    zoomControl: false,
    attributionControl: false,
    worldCopyJump: false,
    minZoom: 0.6,
    maxZoom: 10,
    center: [15, 110],
    zoom: 2,
    boxZoom: false,
    doubleClickZoom: false,
    tap: false,
    inertiaDeceleration: 2600,
    keyboardPanDelta: 90,
    bounceAtZoomLimits: false,
  });
  let globe = false,
    moving = false,
    top = TOP,
    bottom = BOTTOM,
    most = POLE;
  const listeners = { move: [], end: [], click: [], hover: [] };
  const tell = (kind, ...what) => listeners[kind].forEach((f) => f(...what));

  const flat = () => {
    const size = map.getSize(),
      zoom = map.getZoom(),
      { min } = map.getPixelBounds();
    const half = 128 * 2 ** zoom;
    return { s: perDegree(zoom), x0: half - min.x, y0: half - min.y, width: size.x, height: size.y, zoom, moving };
  };
  const frame = () => {
    const f = flat();
    if (!globe) return f;
    const space = room(),
      [lon, lat] = under(f, space);
    return { ...f, globe: createGlobe({ lon, lat, scale: f.s, zoom: f.zoom, cx: space.x, cy: space.y }) };
  };

  // What of Leaflet's plane lies under the middle of the visible map: a globe is seen from there.
  const under = (f, space) => [(space.x - f.x0) / f.s, upright(latitude(-(space.y - f.y0) / f.s))];
  // The plane may be flung, or walked, past a pole: the globe stays, and the plane comes back.
  const upright = (lat) => (globe ? Math.max(-TURN, Math.min(TURN, lat)) : lat);
  const comeBack = () => {
    const f = flat(),
      space = room(),
      lat = latitude(-(space.y - f.y0) / f.s);
    if (!globe || coming || Math.abs(lat) < TURN) return;
    // To a whole pixel of the plane only, which may lie beyond again.
    coming = true;
    map.setView(centred((space.x - f.x0) / f.s, northing(upright(lat)), f.s, space), f.zoom, { animate: false });
    coming = false;
  };
  let coming = false;

  const room = () => {
    const size = map.getSize(),
      all = insets();
    // A card that opens covers a part of a globe, but does not turn it.
    const inset = globe ? { ...all, right: Math.min(16, all.right) } : all;
    const width = Math.max(80, size.x - inset.left - inset.right);
    const height = Math.max(80, size.y - inset.top - inset.bottom);
    return { ...inset, width, height, x: inset.left + width / 2, y: inset.top + height / 2, size };
  };

  // The northing at the middle of the visible map, kept so that neither pole is passed.
  const limits = (scale, height) => [northing(bottom) + height / scale / 2, northing(top) - height / scale / 2];
  const settle = (y, scale, height) => {
    if (globe) return Math.max(northing(-TURN), Math.min(northing(TURN), y));
    const [a, b] = limits(scale, height).sort((p, q) => p - q);
    return Math.max(a, Math.min(b, y));
  };

  // Centre of the window (Leaflet's centre) for a point that shall lie mid of the visible map.
  const centred = (lon, y, scale, space) => {
    const dx = (space.size.x / 2 - space.x) / scale,
      dy = (space.size.y / 2 - space.y) / scale;
    return L.latLng(latitude(y - dy), lon + dx);
  };

  const target = ([west, south, east, north], closest = 9) => {
    const space = room();
    if (globe) {
      // What goes all round one pole has it in its middle.
      const about = east - west > 180 && south * north > 0 ? 90 * Math.sign(south) : (south + north) / 2,
        lon = (west + east) / 2,
        lat = Math.max(-TURN, Math.min(TURN, about));
      return {
        lon,
        y: northing(lat),
        scale: Math.min(perDegree(closest), roundScale([west, south, east, north], lon, lat, space)),
        space,
      };
    }
    const high = northing(Math.min(top, north)),
      low = northing(Math.max(bottom, south));
    const scale = Math.min(space.width / (east - west), space.height / (high - low), perDegree(closest));
    const [least, highest] = limits(scale, space.height),
      wanted = settle((high + low) / 2, scale, space.height);
    // In a window taller than the map: half-way between what is asked for and no Antarctica at all.
    const y = least > highest ? (least + wanted) / 2 : wanted;
    return { lon: (west + east) / 2, y, scale, space };
  };

  // Pixels to a degree at the middle of a globe that shows a box, or all of its near side.
  const roundScale = ([west, south, east, north], lon, lat, { width, height }) => {
    const fits = (scale) => {
      const zoom = zoomOf(scale),
        g = createGlobe({ lon, lat, scale, zoom, cx: 0, cy: 0 }),
        half = Math.min(89, (east - west) / 2);
      const at = (u, v) => {
        const [x, y] = project(g, u, v) ?? [rimOf(scale, zoom), rimOf(scale, zoom)];
        return Math.abs(x) <= width / 2 && Math.abs(y) <= height / 2;
      };
      return [lon - half, lon, lon + half].every((u) => [south, (south + north) / 2, north].every((v) => at(u, v)));
    };
    const whole = Math.min(width, height) / 2 / rimOf(1, 0);
    let [low, high] = [0, 14];
    for (let i = 0; i < 24; i += 1) {
      const mid = (low + high) / 2;
      if (fits(perDegree(mid))) low = mid;
      else high = mid;
    }
    return Math.max(whole * 0.98, perDegree(low));
  };

  // A flight along the great circle, higher the further it goes; the middle of the visible map.
  const soar = (lon, lat, scale) => {
    const from = visible(),
      goal = zoomOf(scale),
      way = sphere([from.lon, from.lat], [lon, lat]),
      began = performance.now();
    const lasts = Math.min(2200, 700 + 900 * way + 150 * Math.abs(goal - from.zoom));
    // So high that the way is no longer than a window, or as high as both ends are.
    const rise = Math.max(
      0,
      Math.min(from.zoom, goal) - zoomOf(Math.min(room().width, room().height) / (1.2 * way * 57.3 + 1e-6)),
    );
    const step = (now) => {
      const t = Math.max(0, Math.min(1, (now - began) / lasts)),
        e = t * t * (3 - 2 * t);
      const [u, v] = between([from.lon, from.lat], [lon, lat], e, way),
        zoom = from.zoom + (goal - from.zoom) * e - rise * 4 * e * (1 - e);
      const space = room(),
        s = perDegree(zoom);
      map._move(centred(nearest(u, visible().lon), settle(northing(v), s, space.height), s, space), zoom);
      if (t < 1) flight = requestAnimationFrame(step);
      else land();
    };
    moving = true;
    map._moveStart(true, false);
    flight = requestAnimationFrame(step);
  };
  let flight = 0;
  const land = () => {
    if (!flight) return;
    cancelAnimationFrame(flight);
    flight = 0;
    map._moveEnd(true);
  };

  const go = ({ lon, y, scale, space }, fly) => {
    const middle = visible();
    const centre = centred(nearest(lon, middle.lon), y, scale, space),
      zoom = zoomOf(scale);
    if (moving) {
      map.stop();
      wheel.stop();
      land();
    }
    if (!fly || calm()) {
      map.setView(centre, zoom, { animate: false });
      return;
    }
    if (globe) {
      soar(lon, latitude(y), scale);
      return;
    }
    const far = Math.abs(centre.lng - map.getCenter().lng);
    moving = true;
    map.flyTo(centre, zoom, { duration: Math.min(2.2, 0.9 + far / 130), easeLinearity: 0.3 });
  };

  // Middle of the visible map, in degrees.
  const visible = () => {
    const f = flat(),
      [lon, lat] = under(f, room());
    return { lon, lat, zoom: f.zoom };
  };

  // What lies under a point of the window: on a globe, in the copy of the plane that is near its
  // middle; off the disc, the nearest point of its rim.
  const degrees = (x, y) => {
    const f = frame();
    return f.globe ? unproject(f.globe, x, y, true) : [(x - f.x0) / f.s, latitude(-(y - f.y0) / f.s)];
  };
  // Turn a globe so that what lay under a point of the window lies there again.
  const hold = ({ x, y }, [lon, lat]) => {
    const f = frame();
    if (!f.globe || Math.hypot(x - f.globe.cx, y - f.globe.cy) > 0.8 * f.globe.rim) return;
    const [u, v] = degrees(x, y),
      now = visible(),
      space = room();
    const y2 = settle(northing(now.lat + lat - v), f.s, space.height);
    map._move(centred(now.lon + lon - u, y2, f.s, space), f.zoom);
  };

  const wheel = smoothWheel(
    map,
    node,
    () => {
      moving = true;
      land();
    },
    () => busy(),
    {
      globe: () => globe,
      degrees,
      hold,
      visible,
      to: (lon, lat, zoom) => {
        const space = room(),
          s = perDegree(zoom);
        map._move(centred(lon, settle(northing(lat), s, space.height), s, space), zoom);
      },
    },
  );
  limitDrag(map, room, settle, () => globe);
  // Whoever takes hold of a globe in flight stops it.
  node.addEventListener('pointerdown', land, true);

  map.on('movestart', () => {
    moving = true;
  });
  map.on('move zoom resize viewreset', () => tell('move'));
  map.on('moveend', () => {
    moving = false;
    comeBack();
    tell('move');
    tell('end');
  });
  map.on('click', (event) => tell('click', event.containerPoint.x, event.containerPoint.y, event.originalEvent));
  map.on('mousemove', (event) => tell('hover', event.containerPoint.x, event.containerPoint.y));
  map.on('mouseout', () => tell('hover', -1, -1));

  return {
    leaflet: map,
    setInsets: (f) => {
      insets = f;
    },
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
    // A globe or the flat map, with the same middle.
    setGlobe: (on) => {
      if (on === globe) return;
      land();
      globe = on;
      const { lon, lat, zoom } = visible(),
        space = room(),
        s = perDegree(zoom);
      map.setView(centred(lon, settle(northing(lat), s, space.height), s, space), zoom, { animate: false });
    },
    isGlobe: () => globe,
    on: (kind, f) => listeners[kind].push(f),
    view: () => {
      const { lon, lat, zoom } = visible();
      return [lon, lat, zoom];
    },
    look: ([lon, lat, zoom], fly = false) => {
      const space = room(),
        scale = perDegree(zoom);
      go({ lon, y: settle(northing(lat), scale, space.height), scale, space }, fly);
    },
    fit: (box, fly = false, closest = 9) => go(target(box, closest), fly),
    zoomBy: (step) => {
      const { lon, lat, zoom } = visible(),
        space = room();
      const scale = perDegree(Math.max(0.6, Math.min(10, zoom + step)));
      go({ lon, y: settle(northing(lat), scale, space.height), scale, space }, !calm());
    },
    // Move the map so that a point of the window comes out from under a box at its right, or below.
    uncover: (x, y, box, below) => {
      const by = below ? [0, Math.max(0, y - box.top + 60)] : [y > box.top ? Math.max(0, x - box.left + 60) : 0, 0];
      if (by.some(Boolean)) map.panBy(by, { animate: !calm(), duration: 0.4 });
    },
    resize: () => map.invalidateSize({ pan: false, animate: false }),
    degrees,
    isMoving: () => moving,
  };
}

// Wheel and trackpad: a goal zoom, a quarter of the way to it each frame, the point under the
// cursor held. Uses Leaflet's own steps of a movement, unchanged all through 1.9.
function smoothWheel(map, node, begin, busy, round) {
  let goal = null,
    point = null,
    running = 0,
    last = 0;
  const step = () => {
    const zoom = map.getZoom(),
      next = Math.abs(goal - zoom) < 0.004 ? goal : zoom + (goal - zoom) * 0.24;
    if (round.globe()) {
      const at = round.degrees(point.x, point.y),
        { lon, lat } = round.visible();
      round.to(lon, lat, next);
      round.hold(point, at);
      done(next);
      return;
    }
    const scale = map.getZoomScale(next, zoom);
    const offset = point.subtract(map.getSize().divideBy(2)).multiplyBy(1 - 1 / scale);
    const centre = map.unproject(map.project(map.getCenter(), zoom).add(offset), zoom);
    map._move(centre, next);
    done(next);
  };
  const done = (next) => {
    if (next === goal && performance.now() - last > 90) {
      running = 0;
      map._moveEnd(true);
      return;
    }
    running = requestAnimationFrame(step);
  };
  node.addEventListener(
    'wheel',
    (event) => {
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
    },
    { passive: false },
  );
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
// A globe turns by as much as the hand moves over its middle.
function limitDrag(map, room, settle, isGlobe) {
  const drag = map.dragging._draggable;
  if (!drag) return;
  let from = null;
  drag.on('dragstart', () => {
    from = null;
  });
  drag.on('predrag', () => {
    if (isGlobe()) {
      const space = room(),
        s = perDegree(map.getZoom()),
        at = drag._newPos;
      // The northing of the middle, with the pane where the drag began.
      from ??= -(map.getPixelOrigin().y - drag._startPos.y + space.y - 128 * 2 ** map.getZoom()) / s;
      const lat = latitude(from),
        [dx, dy] = [at.x - drag._startPos.x, at.y - drag._startPos.y];
      const to = settle(northing(Math.max(-TURN, Math.min(TURN, lat + dy / s))), s, space.height);
      drag._newPos.x = drag._startPos.x + dx / Math.max(0.2, Math.cos((lat * Math.PI) / 180));
      drag._newPos.y = drag._startPos.y + (to - from) * s;
      return;
    }
    const space = room(),
      zoom = map.getZoom(),
      scale = perDegree(zoom);
    const top = map.getPixelOrigin().y - drag._newPos.y;
    const y = -(top + space.y - 128 * 2 ** zoom) / scale,
      held = settle(y, scale, space.height);
    drag._newPos.y += (y - held) * -scale;
  });
}
