// In a page that is served while its atlas is edited: waits for the next build, loads it in place
// (the view is in the address), or shows as text why there is none.

const told = document.createElement('pre');
told.id = 'fm-told';
told.setAttribute('role', 'alert');
Object.assign(told.style, {
  position: 'fixed',
  zIndex: '9999',
  left: '0',
  right: '0',
  bottom: '0',
  margin: '0',
  padding: '12px 16px',
  maxHeight: '50vh',
  overflow: 'auto',
  whiteSpace: 'pre-wrap',
  font: '13px/1.5 ui-monospace, monospace',
  color: '#fff',
  background: '#7a0c20',
  userSelect: 'text',
});

const show = (text) => {
  told.textContent = text;
  if (text) document.body.append(told);
  else told.remove();
};

const later = () =>
  new Promise((done) => {
    setTimeout(done, 1000);
  });

// `page`: the build that this page is of; `state`: the last that was told of.
async function follow(page) {
  for (let state = ''; ;) {
    try {
      const answer = await fetch(`/state?${state}`);
      const now = await answer.json();
      state = now.state;
      if (now.page !== page) return location.reload();
      show(now.told);
    } catch {
      await later();
    }
  }
}

follow(Number(document.currentScript.dataset.page));
