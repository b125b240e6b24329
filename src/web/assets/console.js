// What pages do better with a script than without; all of them work without.
'use strict';

// The summary of errors is read first.
document.querySelector('.summary-of-errors')?.focus();

// A page that moves: the server sends the piece anew whenever it has changed.
for (const piece of document.querySelectorAll('[data-live]')) {
  const source = new EventSource(piece.dataset.live);
  source.addEventListener('message', ({ data }) => {
    const holdsFocus = piece.contains(document.activeElement);
    const at = holdsFocus ? document.activeElement.dataset.key : null;
    piece.innerHTML = data;
    if (at != null) piece.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
  });
  addEventListener('pagehide', () => source.close());
}

// Search as you type: the list below is fetched anew a moment after the last key.
for (const form of document.querySelectorAll('form[data-search]')) {
  const list = document.getElementById(form.dataset.search);
  let timer = 0;
  let asked = 0;
  const search = async () => {
    const query = new URLSearchParams(new FormData(form));
    const mine = (asked += 1);
    const answer = await fetch(`${form.getAttribute('action')}?${query}&piece=1`, { headers: { accept: 'text/html' } });
    if (!answer.ok || answer.redirected || mine !== asked) return;
    list.innerHTML = await answer.text();
    history.replaceState(null, '', `${form.getAttribute('action')}?${query}`);
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 200);
  });
}
