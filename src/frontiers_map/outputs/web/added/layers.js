// Layers that a user has added with Folium, drawn by Leaflet above the atlas. Leaflet draws each
// once; the page shows the world more than once, so here each is drawn in every copy that is seen,
// popups open at the copy that was clicked, and what fits a view keeps off the panel.
(() => {
  const page = window.frontiersMap,
    map = page.leaflet,
    root = document.getElementById('fm');
  const world = () => 256 * 2 ** map.getZoom();
  const middle = () => map.containerPointToLayerPoint(map.getSize().divideBy(2)).x;
  // Whole worlds, in pixels, by which a box (layer points) must be moved to be seen in another.
  const turns = (low, high, seen) => {
    const out = [],
      w = world();
    for (let k = Math.ceil((seen.min.x - high) / w); k <= Math.floor((seen.max.x - low) / w); k += 1) out.push(k * w);
    return out;
  };
  const moved = (bounds, by) => L.bounds(bounds.min.add([by, 0]), bounds.max.add([by, 0]));

  // Lines and areas: the same rings again, moved, before they are clipped to what is seen.
  for (const { prototype } of [L.Polyline, L.Polygon]) {
    const clip = prototype._clipPoints;
    prototype._clipPoints = /** @this {any} */ function clipAll() {
      const {
        _rings: rings,
        _pxBounds: box,
        _renderer: { _bounds: seen },
      } = this;
      const by = box ? turns(box.min.x, box.max.x, seen) : [];
      if (by.length && (by.length > 1 || by[0] !== 0)) {
        this._rings = by.flatMap((x) => rings.map((ring) => ring.map((p) => p.add([x, 0]))));
        this._pxBounds = L.bounds(moved(box, by[0]).min, moved(box, by.at(-1)).max);
      }
      clip.call(this);
      this._rings = rings;
      this._pxBounds = box;
    };
  }

  // Circles: one path of as many circles.
  const each = (layer, seen, draw) => {
    const { _point: point, _pxBounds: box } = layer;
    for (const x of turns(box.min.x, box.max.x, seen)) {
      layer._point = point.add([x, 0]);
      layer._pxBounds = moved(box, x);
      draw();
    }
    layer._point = point;
    layer._pxBounds = box;
  };
  const circle = L.SVG.prototype._updateCircle;
  L.SVG.prototype._updateCircle = function circles(layer) {
    const parts = [],
      set = this._setPath;
    this._setPath = (of, path) => parts.push(path);
    each(layer, this._bounds, () => circle.call(this, layer));
    this._setPath = set;
    this._setPath(layer, parts.join('') || 'M0 0');
  };
  const disc = L.Canvas.prototype._updateCircle;
  L.Canvas.prototype._updateCircle = function discs(layer) {
    each(layer, this._bounds, () => disc.call(this, layer));
  };

  // Markers: the icon itself in the copy nearest to the middle, its likenesses in the others.
  const placed = new Set(),
    { _setPos: put, _initIcon: make, onRemove: remove, _updateOpacity: fade } = L.Marker.prototype;
  const drop = (marker) => {
    marker._likenesses?.forEach((node) => {
      marker.removeInteractiveTarget(node);
      node.remove();
    });
    marker._likenesses = [];
  };
  const place = (marker, pos) => {
    if (!marker._icon || marker.dragging?._draggable?._moving) return;
    const w = world(),
      home = Math.round((middle() - pos.x) / w) * w;
    put.call(marker, pos.add([home, 0]));
    const size = map.getSize(),
      corner = map.containerPointToLayerPoint([0, 0]);
    const seen = L.bounds(corner.subtract([w / 4, 0]), corner.add([size.x + w / 4, size.y]));
    const by = turns(pos.x, pos.x, seen).filter((x) => x !== home),
      sources = [marker._icon, marker._shadow].filter(Boolean);
    if (marker._likenesses.length !== by.length * sources.length) {
      drop(marker);
      for (let i = 0; i < by.length; i += 1) {
        for (const source of sources) {
          const node = source.cloneNode(true);
          node.removeAttribute('id');
          node.removeAttribute('tabindex');
          node.setAttribute('aria-hidden', 'true');
          source.parentNode.append(node);
          if (source === marker._icon && marker.options.interactive) marker.addInteractiveTarget(node);
          marker._likenesses.push(node);
        }
      }
    }
    marker._likenesses.forEach((node, i) => {
      const source = sources[i % sources.length];
      node.style.cssText = source.style.cssText;
      if (node.className !== source.className) node.className = source.className;
      L.DomUtil.setPosition(node, pos.add([by[Math.floor(i / sources.length)], 0]));
    });
  };
  L.Marker.include({
    _likenesses: [],
    _initIcon() {
      drop(this);
      make.call(this);
    },
    _setPos(pos) {
      placed.add(this);
      place(this, pos);
    },
    _updateOpacity() {
      fade.call(this);
      if (this._likenesses.length) this.update();
    },
    onRemove(of) {
      placed.delete(this);
      drop(this);
      remove.call(this, of);
    },
  });
  map.on('moveend', () => placed.forEach((marker) => marker.update()));

  // Popups and tooltips: at the copy under the pointer, or at the one nearest to the middle.
  let pointer = null;
  const point = (event) => {
    pointer = map.mouseEventToContainerPoint(event).x;
  };
  map.getContainer().addEventListener('pointermove', point, true);
  map.getContainer().addEventListener('pointerdown', point, true);
  map.getContainer().addEventListener(
    'keydown',
    () => {
      pointer = null;
    },
    true,
  );
  const near = (latlng, lon) => L.latLng(latlng.lat, latlng.lng + 360 * Math.round((lon - latlng.lng) / 360));
  const shown = new Set(),
    { onAdd: open, onRemove: close, setLatLng: move, _updatePosition: settle } = L.DivOverlay.prototype;
  L.DivOverlay.include({
    onAdd(to) {
      shown.add(this);
      this._turn = null;
      open.call(this, to);
    },
    onRemove(from) {
      shown.delete(this);
      close.call(this, from);
    },
    setLatLng(to) {
      this._turn = null;
      return move.call(this, to);
    },
    // A copy, once chosen, is kept until it is out of sight.
    _updatePosition() {
      if (!this._map) return;
      const own = this._latlng,
        wide = map.getSize().x,
        at = (turn) => L.latLng(own.lat, own.lng + 360 * turn);
      const x = this._turn === null ? -1 : map.latLngToContainerPoint(at(this._turn)).x;
      if (x < 0 || x > wide)
        this._turn = Math.round((map.containerPointToLatLng([pointer ?? wide / 2, 0]).lng - own.lng) / 360);
      this._latlng = at(this._turn);
      settle.call(this);
      this._latlng = own;
    },
  });
  map.on('moveend', () => shown.forEach((overlay) => overlay._updatePosition()));

  // What is asked to be in view, in the copy that is nearest, beside the panel and what else covers
  // the map; before there is a panel, when there is one. An address that says a view is right.
  const { fitBounds: fit, flyToBounds: fly, setView: view, flyTo, panTo, panInside } = map;
  const room = (given = {}) => {
    const { left, top, right, bottom } = page.insets(),
      more = (key) => L.point(given[key] ?? given.padding ?? [12, 12]);
    return {
      maxZoom: 9,
      ...given,
      paddingTopLeft: more('paddingTopLeft').add([left, top]),
      paddingBottomRight: more('paddingBottomRight').add([right, bottom]),
    };
  };
  const beside = (bounds) => {
    const box = L.latLngBounds(bounds),
      by = near(box.getCenter(), map.getCenter().lng).lng - box.getCenter().lng;
    return L.latLngBounds([box.getSouth(), box.getWest() + by], [box.getNorth(), box.getEast() + by]);
  };
  let begun = false,
    wish = null;
  const later = (run) => {
    if (begun) run();
    else wish = run;
    return map;
  };
  map.fitBounds = (bounds, options) => later(() => fit.call(map, beside(bounds), { animate: false, ...room(options) }));
  map.flyToBounds = (bounds, options) => later(() => fly.call(map, beside(bounds), room(options)));
  const onward =
    (of) =>
    (to, ...rest) =>
      of.call(map, near(L.latLng(to), map.getCenter().lng), ...rest);
  Object.assign(map, {
    setView: onward(view),
    flyTo: onward(flyTo),
    panTo: onward(panTo),
    panInside: onward(panInside),
  });
  page.ready.then(() => {
    begun = true;
    if (wish && !page.addressed) wish();
    placed.forEach((marker) => marker.update());
  });
  // Legends and sliders that were added to the document stand above the map.
  addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('body > .maplegend').forEach((node) => root.append(node));
    document.querySelectorAll('body > [id^="slider_"]').forEach((node) => {
      node.classList.add('fm-added-slider');
      root.append(node);
    });
  });
  const adjust = L.Popup.prototype._adjustPan;
  L.Popup.prototype._adjustPan = function beyond() {
    if (!begun) return;
    const { left, top, right, bottom } = page.insets();
    this.options.autoPanPaddingTopLeft ??= [left + 5, top + 5];
    this.options.autoPanPaddingBottomRight ??= [right + 5, bottom + 5];
    adjust.call(this);
  };

  // What plug-ins do to each map that is made, this one, too.
  L.Map.prototype._initHooks.slice(map.hooksBefore).forEach((hook) => hook.call(map));

  // Folium's MeasureControl opens the page's own measuring.
  L.Control.Measure ??= L.Control.extend({
    options: { position: 'topright' },
    onAdd() {
      const node = L.DomUtil.create('div', 'leaflet-bar'),
        link = L.DomUtil.create('a', 'fm-added-measure', node);
      Object.assign(link, { href: '#', role: 'button', textContent: 'nm' });
      link.setAttribute('aria-label', 'Measure');
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.on(link, 'click', (event) => {
        L.DomEvent.stop(event);
        page.measure();
      });
      return node;
    },
  });

  // Plug-ins whose own ways would show one world only.
  if (L.MarkerClusterGroup) L.MarkerClusterGroup.prototype.options.removeOutsideVisibleBounds = false;
  if (L.HeatLayer) {
    const heat = L.HeatLayer.prototype._redraw;
    L.HeatLayer.prototype._redraw = function everywhere() {
      if (!this._map) return;
      const own = this._latlngs,
        all = map.getBounds().pad(0.1),
        [west, east] = [all.getWest(), all.getEast()];
      this._latlngs = own.flatMap((given) => {
        const { lat, lng } = L.latLng(given),
          alt = given.alt ?? given[2],
          out = [];
        for (let k = Math.ceil((west - lng) / 360); k <= Math.floor((east - lng) / 360); k += 1)
          out.push(alt === undefined ? [lat, lng + 360 * k] : [lat, lng + 360 * k, alt]);
        return out;
      });
      heat.call(this);
      this._latlngs = own;
    };
  }
  // TimeSliderChoropleth paints every path of the document, the page's own signs, too.
  if (window.d3) {
    const all = window.d3.selectAll;
    window.d3.selectAll = (css) => all(css === 'path' ? '.leaflet-overlay-pane path' : css);
  }
  // The whole page fills the screen, not Leaflet's layers alone.
  if (L.Control.FullScreen) L.Control.FullScreen.prototype.options.fullscreenElement = root;

  // A layer that fails is told; the others are drawn.
  addEventListener('error', ({ message }) => {
    if (!document.body.contains(root)) return;
    const node = document.createElement('p');
    node.className = 'fm-added-fault';
    node.setAttribute('role', 'alert');
    node.textContent = `A layer that was added is not drawn: ${message}`;
    if (!root.querySelector('.fm-added-fault')) root.append(node);
  });
})();
