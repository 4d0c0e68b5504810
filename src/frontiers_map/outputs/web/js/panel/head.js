// Head of the panel: date of the record, languages, title, search, and what to do with the view.

import { el } from '../base/dom.js';
import { icon } from '../base/icons.js';
import { createSearch } from './search.js';

export function createHead(app) {
  const kicker = el('p', { class: 'fm-kicker' });
  const languages = el('div', { class: 'fm-languages', role: 'group' });
  const title = el('h1', { class: 'fm-title' }),
    deck = el('p', { class: 'fm-deck' });
  const search = createSearch(app);
  const menu = createMenu(app);
  const link = el('button', { class: 'fm-tool', type: 'button', onclick: () => copyLink(app) }, icon('link'));
  // On a phone the field lies in the part that only the whole sheet shows.
  const find = el(
    'button',
    {
      class: 'fm-find',
      type: 'button',
      onclick: () => {
        app.panel.setHeight('tall');
        search.node.querySelector('input').focus();
      },
    },
    icon('search'),
  );
  const node = el(
    'header',
    { class: 'fm-head' },
    el('div', { class: 'fm-topline' }, kicker, languages),
    title,
    find,
    deck,
    el('div', { class: 'fm-tools' }, search.node, link, menu.node),
  );
  const buttons = app.facts.languages.map((lang) => {
    const button = el(
      'button',
      { type: 'button', lang, class: 'fm-language', onclick: () => app.set({ lang }) },
      app.facts.language_names[lang],
    );
    languages.append(button);
    return button;
  });
  languages.hidden = buttons.length < 2;
  let language = null;
  return {
    node,
    update(now) {
      if (now.lang === language) return;
      language = now.lang;
      const w = app.w();
      kicker.textContent = w.t('record_to', { date: w.date(app.facts.record_to) });
      title.textContent = w.text(app.facts.title);
      deck.textContent = w.text(app.facts.deck);
      languages.setAttribute('aria-label', w.t('language'));
      buttons.forEach((b, i) => b.setAttribute('aria-pressed', String(app.facts.languages[i] === now.lang)));
      link.setAttribute('aria-label', w.t('copy_link'));
      link.title = w.t('copy_link');
      find.setAttribute('aria-label', w.t('search'));
      search.relabel();
      menu.relabel();
    },
  };
}

async function copyLink(app) {
  // The address of a file means nothing on another machine.
  const address = location.href,
    here = !/^https?:$/.test(location.protocol);
  try {
    await navigator.clipboard.writeText(address);
    app.toast(app.w().t(here ? 'copied_here' : 'copied'), here ? 9000 : undefined);
  } catch {
    // Not every browser lets a file use the clipboard; the old way still works there.
    const field = el('textarea', { value: address, class: 'fm-away' });
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    app.toast(app.w().t(done ? (here ? 'copied_here' : 'copied') : 'copy_by_hand'), here ? 9000 : undefined);
  }
}

// Pictures, printing and presenting, behind one button.
function createMenu(app) {
  const list = el('div', { class: 'fm-menu', role: 'menu', hidden: true });
  const button = el(
    'button',
    { 'class': 'fm-tool', 'type': 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
    icon('more'),
  );
  /** @type {[string, string, () => void][]} */
  const actions = [
    ['save_png', 'picture', () => app.pictures.png()],
    ['save_svg', 'picture', () => app.pictures.svg()],
    ['print', 'print', () => app.pictures.print()],
    ['present', 'screen', () => app.set({ present: true, tab: 'story' })],
    ['measure', 'measure', () => app.measure.start()],
    ['add_file', 'plus', () => app.drop.show()],
    [
      'theme',
      'home',
      () => app.set({ theme: { auto: 'dark', dark: 'light', light: 'auto' }[app.store.get().theme] }, false),
    ],
  ];
  const items = actions.map(([key, name, run]) => {
    const item = el(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        tabindex: '-1',
        class: 'fm-menu-item',
        onclick: () => {
          show(false);
          run();
        },
      },
      icon(name),
      el('span', {}),
    );
    item.dataset.key = key;
    list.append(item);
    return item;
  });
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) items[0].focus();
  };
  button.addEventListener('click', () => show(list.hidden));
  const node = el(
    'div',
    {
      class: 'fm-menu-box',
      onkeydown: (event) => {
        const at = items.indexOf(document.activeElement);
        if (event.key === 'Escape' && !list.hidden) {
          show(false);
          button.focus();
          event.stopPropagation();
        } else if (at >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
          event.preventDefault();
          event.stopPropagation();
          items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length].focus();
        }
      },
    },
    button,
    list,
  );
  node.addEventListener('focusout', (event) => {
    if (!node.contains(event.relatedTarget)) show(false);
  });
  return {
    node,
    relabel() {
      const w = app.w();
      button.setAttribute('aria-label', w.t('more'));
      button.title = w.t('more');
      items.forEach((item) => {
        item.lastChild.textContent = w.t(item.dataset.key);
      });
    },
  };
}
