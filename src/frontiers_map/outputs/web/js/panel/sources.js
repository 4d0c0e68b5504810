// Where it all comes from: the article against the record, the policy on names, the bibliography.

import { away, el, paragraphs } from '../base/dom.js';
import { grounds } from './card.js';
import { sourcesOf } from './links.js';
import { cite, describe } from './cite.js';
import { relatives } from '../atlas/model.js';

export function sourcesTab(app) {
  const w = app.w(),
    { facts } = app,
    citation = cite(app),
    told = describe(app);
  const items = new Map();
  const claims = facts.claims.map((c) =>
    el(
      'li',
      { class: 'fm-claim' },
      el(
        'p',
        { class: `fm-verdict fm-verdict-${c.verdict}` },
        w.has(`verdict.${c.verdict}`) ? w.t(`verdict.${c.verdict}`) : c.verdict,
      ),
      el(
        'div',
        {},
        el('p', { class: 'fm-claim-text', text: w.text(c.claim) }),
        paragraphs(w.prose(c.finding)),
        ...grounds(app, c),
        sourcesOf(app, c.source, true),
        c.touches?.length
          ? el(
              'button',
              { type: 'button', class: 'fm-link', onclick: () => app.select(`claim:${c.id}`, { fly: true }) },
              w.t('show_on_map'),
            )
          : null,
      ),
    ),
  );
  const errata = facts.errata.map((e) =>
    el(
      'li',
      { class: 'fm-claim' },
      el('p', { class: 'fm-claim-text', text: w.date(e.date) }),
      el(
        'div',
        {},
        el('p', {}, el('del', { text: w.text(e.said) })),
        el('p', { text: w.text(e.right) }),
        sourcesOf(app, e.source, true),
      ),
    ),
  );
  const list = facts.sources.map((s) => {
    const n = relatives(app.atlas, `source:${s.id}`).size - 1;
    const item = el(
      'li',
      { class: 'fm-source', id: `fm-source-${s.id}`, tabindex: '-1' },
      el(
        'p',
        {},
        el('strong', { text: s.id }),
        ' ',
        s.url ? away(s.url, s.title) : s.title,
        ...[s.publisher, s.date].filter(Boolean).map((part) => `, ${part}`),
      ),
      el('p', {
        class: 'fm-quiet',
        text: w.sentence([s.url ? '' : s.address, s.kind, s.read ? w.t(`source_read.${s.read}`) : '', s.supports]),
      }),
      n
        ? el(
            'button',
            { type: 'button', class: 'fm-link', onclick: () => app.select(`source:${s.id}`) },
            w.t('used_by', { n }),
          )
        : null,
    );
    items.set(s.id, item);
    return item;
  });
  const section = (title, ...children) => el('section', { class: 'fm-section' }, el('h2', {}, title), ...children);
  const part = (id, title, ...children) => {
    const made = section(el('span', { tabindex: '-1' }, title), ...children);
    items.set(id, made.querySelector('span'));
    return made;
  };
  const node = el(
    'div',
    { class: 'fm-sources' },
    el('p', { class: 'fm-lead', text: w.t('sources_lead', { date: w.date(facts.record_to) }) }),
    citation.node,
    claims.length
      ? part(
          'claims',
          w.t('claims_title', { n: claims.length }),
          el('p', { class: 'fm-quiet', text: w.t('claims_note', { date: w.date(facts.article) }) }),
          el('ul', { class: 'fm-claims' }, claims),
        )
      : null,
    errata.length
      ? part(
          'errata',
          w.t('errata'),
          el('p', { class: 'fm-quiet', text: w.t('errata_note') }),
          el('ul', { class: 'fm-claims' }, errata),
        )
      : null,
    facts.policy.length ? section(w.t('policy'), ...paragraphs(w.prose(facts.policy))) : null,
    facts.how.length ? section(w.t('how_to_read'), ...paragraphs(w.prose(facts.how))) : null,
    told.node,
    section(w.t('bibliography', { n: list.length }), el('ul', { class: 'fm-bibliography' }, list)),
    section(
      w.t('about'),
      ...paragraphs(w.text(facts.credit)),
      el('p', { class: 'fm-quiet', text: w.sentence([facts.basemap ? '' : w.t('projection'), w.t('measured')]) }),
      facts.licence ? el('p', { class: 'fm-quiet', text: facts.licence }) : null,
    ),
  );
  return {
    node,
    update() {
      citation.update();
      told.update();
      const id = app.wantedSource;
      if (!id || !items.has(id)) return;
      app.wantedSource = null;
      items.get(id).scrollIntoView({ block: items.get(id).tagName === 'SPAN' ? 'start' : 'center' });
      items.get(id).focus({ preventScroll: true });
    },
  };
}

// From a card to the bibliography, or to the claims and errata: open the tab and go to the entry.
export function showSource(app, id) {
  app.wantedSource = id;
  if (app.store.get().tab === 'sources') app.panel.update(app.store.get(), new Set());
  else app.set({ tab: 'sources' });
}
