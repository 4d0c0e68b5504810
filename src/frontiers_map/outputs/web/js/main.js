// Starts the page: facts, state, camera, painter, panel; then keeps them in step.

import { fromBase64 } from './base/bytes.js';
import { unpackAreas } from './map/backdrop.js';
import { bunzip } from './base/bzip.js';
import { createCamera } from './map/camera.js';
import { createCard } from './panel/card.js';
import { chapterState, mapOf } from './atlas/chapters.js';
import { levelFor, unpackLevel, unpackLines } from './map/coast.js';
import { createCovers } from './map/covers.js';
import { createAtlas } from './atlas/data.js';
import { el } from './base/dom.js';
import { createPainter } from './map/draw.js';
import { addExtras } from './extras/extras.js';
import { addFlights } from './map/flights.js';
import { latitude, northing, useMercator } from './geo/geo.js';
import { walkMap } from './panel/inview.js';
import { watchKeys } from './keys.js';
import { breath, createQueue } from './base/later.js';
import { createModel, layersOf } from './atlas/model.js';
import { createPanel } from './panel/panel.js';
import { readPalette } from './map/palette.js';
import { createPictures } from './extras/picture.js';
import { watchPointer } from './map/pointer.js';
import { createScale } from './map/scale.js';
import { createScene } from './map/scene.js';
import { createScenarios } from './atlas/closures.js';
import { createNetwork } from './atlas/sea.js';
import { createSeaRoom } from './map/searoom.js';
import { showSource } from './panel/sources.js';
import { createStore, fromHash, toHash } from './atlas/state.js';
import { createTime } from './panel/time.js';
import { createWords } from './atlas/words.js';

const block = (name) => {
  const node = document.getElementById(`fm-${name}`);
  return node ? JSON.parse(node.textContent) : null;
};

const unpack = (text) => JSON.parse(new TextDecoder().decode(bunzip(fromBase64(text))));

function beginning(atlas) {
  const { facts } = atlas;
  const reading = Object.fromEntries(facts.families.map((f) => [f.id, f.recommended]));
  const first = facts.chapters[0] ?? null;
  return {
    view: null,
    lang: facts.languages.find((l) => navigator.language?.startsWith(l)) ?? facts.languages[0],
    tab: first ? 'story' : 'layers',
    chapter: first?.id ?? null,
    ...chapterState(atlas, first?.id),
    reading,
    selected: null,
    speed: facts.ship.speed_kn ?? 17,
    own: null,
    wash: 1,
    theme: 'auto',
    map: null,
    embed: false,
    present: false,
  };
}

const knownTo = (atlas) => ({
  languages: atlas.facts.languages,
  chapters: atlas.facts.chapters.map((c) => c.id),
  layers: layersOf(atlas.facts),
  readings: Object.fromEntries(
    atlas.facts.families.map((f) => [f.id, atlas.facts.regions.filter((r) => r.family === f.id).map((r) => r.id)]),
  ),
  gates: atlas.facts.gates.map((g) => g.id),
  has: (key) => atlas.find(key) !== null,
  point: (id) => Boolean(atlas.find(`terminal:${id}`) ?? atlas.find(`place:${id}`)),
});

const SHEET = matchMedia('(max-width: 47.4375em), (max-width: 56.1875em) and (orientation: portrait)');
const FACES = [
  '400 13px "Atlas Sans"',
  'italic 400 13px "Atlas Sans"',
  '600 13px "Atlas Sans"',
  '600 20px "Atlas Serif"',
  'italic 400 14px "Atlas Serif"',
];

async function start(root, stage, camera) {
  // Letters, coast and network come on their own while the page is put together.
  const faces = Promise.all(FACES.map((face) => document.fonts.load(face, 'Aé'))).catch(() => null);
  const coasts = block('coast'),
    coast = coasts.filter((one) => !one.own),
    ownCoast = coasts.find((one) => one.own),
    borders = block('borders'),
    sea = block('sea');
  const lie = async () => {
    const { depths, lands } = block('backdrop');
    return { depths: await unpackAreas(depths), lands: await unpackAreas(lands) };
  };
  const level = (i) => unpackLevel(coast[i].data, coast[i].q);
  const parts = Promise.all([level(0), unpackLines(borders.data, borders.q), sea ? createNetwork(sea) : null, lie()]);
  await breath();
  const facts = unpack(block('facts'));
  await breath();
  const strings = unpack(block('strings'));
  if (facts.basemap) {
    useMercator();
    camera.basemap(facts.basemap);
    root.classList.add('has-basemap');
    root.append(el('p', { class: 'fm-credit', text: facts.basemap.credit }));
  }
  if (ownCoast) camera.leaflet.setMaxZoom(12);
  const atlas = createAtlas(facts),
    speak = createWords(strings, facts);
  const begin = beginning(atlas),
    setBy = (id) => chapterState(atlas, id),
    known = knownTo(atlas);
  const store = createStore(fromHash(location.hash, begin, known, setBy));
  const canvas = el('canvas', { 'class': 'fm-canvas', 'aria-hidden': 'true' }),
    ground = el('canvas', { 'class': 'fm-ground', 'aria-hidden': 'true', 'hidden': true });
  const live = el('div', { 'class': 'fm-live', 'role': 'status', 'aria-live': 'polite' });
  root.prepend(ground, canvas);
  root.append(live);

  /** @type {Record<string, any>} */
  const app = {
    atlas,
    facts,
    store,
    begin,
    root,
    stage,
    live,
    queue: createQueue(),
    w: () => speak(store.get().lang),
    words: speak,
    overlays: [],
    say: (text) => {
      live.textContent = text;
    },
    phone: () => SHEET.matches,
    set: (patch, push = true) => store.set(patch, { push }),
  };
  app.select = (key, { fly = false } = {}) => {
    store.set({ selected: key }, { push: true });
    if (fly && key) app.flyTo(key);
  };

  const [coarse, edges, network, behind] = await parts;
  app.network = network;
  const scenarios = createScenarios(atlas, app.network);
  app.scenarios = scenarios;
  const room = createSeaRoom(coarse);
  app.atSea = (lon, lat) => room(lon, northing(lat)) > 0;
  const derive = createModel(atlas, scenarios, room);
  let model = derive(store.get()),
    palette = null;
  app.model = () => model;
  app.palette = () => palette;

  await breath();
  app.toast = toaster(root, app.say);
  app.showSource = (id) => showSource(app, id);
  const panel = createPanel(app),
    card = createCard(app),
    time = createTime(app);
  app.panel = panel;
  app.card = card;

  const covered = createCovers(app, { panel, card, time });
  app.insets = covered.insets;

  // As far towards the poles as anything is drawn, new ways among it.
  const reach = () => model.routes.forEach(({ box }) => box && camera.reach(latitude(box[1]), latitude(box[3])));
  camera.reach(...facts.reach);
  reach();

  camera.setInsets(() => app.insets());
  app.camera = camera;
  // Tiles, and layers that a user added to Leaflet's plane, want the flat map.
  app.round = !facts.basemap && !layered;
  const painter = createPainter({ atlas, overlays: app.overlays, calm: () => calm.matches });
  app.painter = painter;
  const scale = createScale(app);
  root.append(scale.node);
  app.pictures = createPictures(app);
  // What is hidden is so before anybody measures.
  store.on((now) => {
    root.classList.toggle('is-embed', Boolean(now.embed));
    root.classList.toggle('is-present', now.present);
  });
  addExtras(app);
  const scene = createScene(canvas, ground, painter, {
    camera,
    covers: covered.covers,
    under: covered.hidden,
    look: () => ({ model, palette, words: app.w(), dpr: Math.min(2, devicePixelRatio || 1) }),
  });
  app.scene = scene;

  // One turn for any number of wishes; and on, until the picture shows what the camera sees.
  // Meanwhile the page is marked as busy, for those who wait to take a picture of it.
  let asked = 0;
  const turn = (now, hurry = false) => {
    asked = 0;
    const more = scene.turn(now, hurry);
    scale.update(camera.frame());
    if (more) ask();
    else root.toggleAttribute('data-busy', camera.isMoving());
  };
  // Nothing is shown before there is land; the first picture then comes whole.
  const ask = () => {
    if (asked || !painter.levels()) return;
    asked = requestAnimationFrame(turn);
    root.toggleAttribute('data-busy', true);
  };
  const redraw = () => {
    scene.want();
    ask();
  };
  app.redraw = redraw;

  const recolour = () => {
    const { theme } = store.get();
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    palette = readPalette(document.documentElement, facts.style.roles, facts.families);
    palette.halo = palette.paper;
    panel.recolour?.();
    redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);

  addFlights(app);

  const turnGlobe = (now) => {
    const on = Boolean(app.round) && mapOf(atlas, now) === 'globe',
      turned = on !== camera.isGlobe();
    camera.setGlobe(on);
    if (turned && !calm.matches) canvas.animate({ opacity: [0, 1] }, 400);
    return turned;
  };

  watchAddress(app, begin, known, setBy);
  // Past the head and the tabs, to what is read.
  const skip = el('button', { type: 'button', class: 'fm-skip', onclick: () => panel.body.focus() });
  const retitle = () => {
    const w = app.w();
    skip.textContent = w.t('skip');
    document.title = w.text(facts.title);
    stage.setAttribute('aria-label', w.t('map_label'));
    scale.relabel();
  };

  camera.on('move', ask);
  watchPointer(app, camera, scene);
  addEventListener('resize', () => {
    covered.forget();
    camera.resize();
    time.resize();
    covered.measure();
    redraw();
  });
  watchKeys(app);
  walkMap(app);

  const speakAs = (lang) => Object.assign(document.documentElement, { lang, dir: app.w().rtl ? 'rtl' : '' });
  await breath();
  speakAs(store.get().lang);
  document.documentElement.classList.add('fm-on');
  root.classList.toggle('is-embed', Boolean(store.get().embed));
  recolour();
  panel.update(store.get(), null);
  card.update(store.get());
  retitle();
  // With its letters at hand the page is laid out once.
  await faces;
  root.prepend(skip, panel.node);
  scale.node.before(card.node, time.node);
  time.update(store.get());
  if (turnGlobe(store.get())) scale.relabel();
  if (store.get().view) camera.look(store.get().view);
  else app.home(false);
  scale.update(camera.frame());
  covered.measure();
  store.set({ view: camera.view() }, { replace: true });
  store.on((now, before, changed, how) => {
    if (changed.size === 1 && changed.has('view')) return;
    const turned = turnGlobe(now);
    if (changed.has('lang')) speakAs(now.lang);
    if (changed.has('theme')) recolour();
    if (
      ['tab', 'chapter', 'off', 'reading', 'closed', 'opened', 'selected', 'date', 'own', 'speed', 'wash'].some((k) =>
        changed.has(k),
      )
    )
      model = derive(now);
    reach();
    panel.update(now, changed);
    card.update(now);
    time.update(now);
    if (changed.has('lang') || turned) retitle();
    covered.measure();
    // What was the whole view of one is a small disc, or a strip, of the other.
    if (turned && changed.has('map') && how.push && camera.visible().zoom < 3.2) app.home(false);
    if (changed.has('chapter') && now.chapter && how.fly !== false) app.home();
    redraw();
  });
  camera.on('end', () => {
    store.set({ view: camera.view() }, { replace: true });
    app.afterMove?.();
    redraw();
  });

  // The levels of the coast that this view shows, and the whole picture; then those below.
  const needed = levelFor(camera.frame().zoom, false, coast.length);
  painter.addLevel(coarse);
  for (let i = 1; i <= needed; i += 1) painter.addLevel(await level(i));
  if (ownCoast) painter.setOwnCoast(await unpackLevel(ownCoast.data, ownCoast.q), ownCoast.own);
  painter.setBorders(edges);
  painter.setBackdrop(behind);
  await breath();
  turn(performance.now(), true);
  await new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  });
  for (let i = needed + 1; i < coast.length; i += 1) app.queue.add(async () => painter.addLevel(await level(i)));
  app.queue.add(redraw, ...rehearsals(app, derive, setBy));
  app.queue.begin();
  return app;
}

// What a turn to each chapter will ask for, reckoned while the reader reads the first: its ways
// round closed straits, a route at a time, which lines run together, and then their lanes.
const rehearsals = (/** @type {any} */ { facts, store, scenarios }, derive, setBy) =>
  facts.chapters.flatMap(({ id }) => {
    const state = () => ({ ...store.get(), ...setBy(id), chapter: id, tab: 'story', selected: null, own: null });
    const closing = setBy(id).closed.length ? facts.routes : [];
    const drawn = () => derive(state()).routes.find((r) => r.points);
    const sail = (row) => {
      const result = scenarios.of(row, state());
      if (result?.changed && result.line) derive.wayOf(result);
    };
    return [...closing.map((row) => () => sail(row)), () => drawn()?.meet(true), () => drawn()?.laid(true)];
  });

// A line of text that shows for a while and is read out.
function toaster(root, say) {
  let timer = 0,
    node = null;
  return (text, lasts = 2600) => {
    node?.remove();
    clearTimeout(timer);
    node = el('div', { class: 'fm-toast', text });
    root.append(node);
    say(text);
    timer = setTimeout(() => node.remove(), lasts);
  };
}

// The hash follows the state, and the state follows the hash.
function watchAddress(app, begin, known, setBy) {
  const { store } = app;
  const write = (push) => {
    const hash = toHash(store.get(), begin, setBy);
    if (hash === location.hash) return;
    try {
      history[push ? 'pushState' : 'replaceState'](null, '', hash);
    } catch {
      // A page inside a notebook has no address of its own.
    }
  };
  store.on((now, before, changed, how) => {
    if (how.fromAddress) return;
    const only = changed.size === 1 && changed.has('view');
    write(Boolean(how.push) && !only);
  });
  addEventListener('popstate', () => {
    const next = fromHash(location.hash, begin, known, setBy);
    const { view } = next;
    store.set({ ...next, view: view ?? store.get().view }, { fromAddress: true, fly: false });
    if (view) app.camera.look(view, true);
    else app.home();
  });
}

// The word on what keeps these scripts from running.
document.getElementById('fm-blocked')?.remove();
// Leaflet's map exists from the first moment, so that scripts further down can add layers to it.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const root = el('div', { id: 'fm', class: 'fm' });
const stage = el('div', { class: 'fm-stage', tabindex: '0', role: 'region' });
root.append(stage);
document.body.append(root);
// Leaflet gives the map the focus when it is pressed: the frame round it is for those who came by keys.
stage.addEventListener('pointerdown', () => stage.classList.add('is-pressed'), true);
stage.addEventListener('blur', () => stage.classList.remove('is-pressed'));
stage.addEventListener('keydown', () => stage.classList.remove('is-pressed'), true);
const camera = createCamera(stage, { calm: () => calm.matches, busy: () => stage.classList.contains('is-measuring') });
const layered = document.documentElement.hasAttribute('data-layers'),
  addressed = /[#&]v=/.test(location.hash);
let app = null;

const ready = start(root, stage, camera).then((made) => {
  app = made;
});

window.frontiersMap = Object.freeze({
  version: document.querySelector('meta[name=generator]')?.getAttribute('content') ?? '',
  ready,
  state: () => app?.store.get() ?? null,
  ...(layered
    ? { leaflet: camera.leaflet, insets: () => app.insets(), measure: () => app.measure.start(), addressed }
    : {}),
});

// Nothing else stays global, unless layers of the reader's own need it.
if (!layered) {
  delete window.L;
  delete window.leaflet;
}

ready.catch((error) => {
  document.documentElement.classList.add('fm-failed');
  throw error;
});
