// What pages do better with a script than without; all of them work without.
'use strict';

// The summary of errors is read first.
document.querySelector('.summary-of-errors')?.focus();

// A form that is sent once more before its answer is there, as by a double click, is sent once. After a download, the page stays.
const sentAgainMs = 10_000;
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (event.timeStamp - Number(form.dataset.sent ?? -Infinity) < sentAgainMs) event.preventDefault();
  else form.dataset.sent = event.timeStamp;
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// A page that moves: the server sends the piece anew whenever it has changed. A browser has few connections for all of its tabs
// (HTML, 9.2.9: as few as six to a server), so that those that nobody sees have none.
const stoppedMs = 10_000;
for (const piece of document.querySelectorAll('[data-live]')) {
  const stopped = document.getElementById(piece.dataset.stopped);
  let source = null;
  let timer = 0;
  const show = ({ data }) => {
    const holdsFocus = piece.contains(document.activeElement);
    const at = holdsFocus ? document.activeElement.dataset.key : null;
    piece.innerHTML = data;
    if (at != null) piece.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
  };
  const goesOn = () => {
    clearTimeout(timer);
    timer = 0;
    stopped.hidden = true;
  };
  const stops = () => {
    // Whoever is signed out is not answered again; a connection that was lost is made again within seconds.
    if (source.readyState === EventSource.CLOSED) stopped.hidden = false;
    else timer ||= setTimeout(() => (stopped.hidden = false), stoppedMs);
  };
  const leave = () => {
    clearTimeout(timer);
    timer = 0;
    source?.close();
    source = null;
  };
  const watch = () => {
    leave();
    if (document.hidden) return;
    source = new EventSource(piece.dataset.live);
    source.addEventListener('message', show);
    source.addEventListener('open', goesOn);
    source.addEventListener('error', stops);
  };
  document.addEventListener('visibilitychange', watch);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', ({ persisted }) => persisted && watch());
  watch();
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
