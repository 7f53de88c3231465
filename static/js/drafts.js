/* Words typed into a form are kept in this browser tab (sessionStorage, one draft a URL): every 30 s, on Ctrl+S, and when the
   form is sent, so that an expired log-in eats nothing; 暂存 keeps them on the server as well (工作台 · 草稿). A draft that was sent goes away once another page, or a success message,
   shows that it arrived; an error page or the log-in shows that it did not. What the server refused is only offered to the next
   form at this address, never put into it by itself. Never kept: passwords, files, hidden fields. */
(function () {
  'use strict';
  const PREFIX = 'draft:';
  const form = document.querySelector('form[data-guard]');
  // A draft belongs to the version it was typed against: words typed before somebody else's change are not put over it.
  const version = form && form.querySelector('[name=version], [name=row_version]');
  const key = PREFIX + location.pathname + location.search + (version && version.value ? '#' + version.value : '');
  const arrived = !!document.querySelector('main .alert-success');
  const faulty = !!document.getElementById('err');
  const lost = !!document.querySelector('.error-page, .login');
  let store;
  try { store = window.sessionStorage; store.getItem(key); } catch (e) { return; }

  function read(k) { try { return JSON.parse(store.getItem(k)); } catch (e) { return null; } }
  Object.keys(store).filter(k => k.startsWith(PREFIX)).forEach(k => {
    const draft = read(k);
    if (draft && draft.sent && lost) store.setItem(k, JSON.stringify(Object.assign(draft, { sent: false })));
    else if (!draft || (draft.sent && (k !== key || arrived || !form))) store.removeItem(k);
  });
  if (!form) return;

  const note = form.querySelector('[data-draft-note]');
  const fields = () => Array.from(form.elements).filter(f => f.name && !/^(hidden|password|file|submit|button)$/.test(f.type) && f.tagName !== 'FIELDSET');
  const values = () => fields().map(f => [f.name, f.type === 'checkbox' || f.type === 'radio' ? [f.value, f.checked]
    : f.multiple ? Array.from(f.selectedOptions).map(o => o.value) : f.value]);
  const clock = () => new Date().toTimeString().slice(0, 5);
  const initial = JSON.stringify(values());

  function save(sent, words) {
    const now = values();
    if (!sent && JSON.stringify(now) === initial && !words) return;
    try { store.setItem(key, JSON.stringify({ at: clock(), sent: sent, refused: faulty && !words, values: now })); } catch (e) { return; }
    if (note && !sent) note.textContent = '已于 ' + clock() + ' ' + (words || '自动暂存');
  }
  function post(url, body) {
    const token = document.querySelector('.top-links [name=csrf_token]');
    body.csrf_token = token ? token.value : '';
    body.address = location.pathname + location.search;
    return fetch(url, { method: 'POST', body: new URLSearchParams(body), credentials: 'same-origin' });
  }
  function send() {
    save(false, '暂存');
    const title = document.querySelector('main h1');
    const about = document.querySelector('.context b');
    const words = (title ? title.textContent.trim() : '表单') + (about ? '：' + about.textContent.trim() : '');
    const named = form.querySelector('[name=title]');
    post('/kept/draft/', { title: words + (named && named.value ? '：' + named.value : ''), fields: JSON.stringify(values()) })
      .then(r => r.json().then(a => { if (note) note.textContent = r.ok ? '已于 ' + clock() + ' 暂存，工作台“草稿”里可继续' : a.error || '只暂存在本页'; }))
      .catch(() => { if (note) note.textContent = '已于 ' + clock() + ' 暂存在本页'; });
  }
  function put(draft) {
    const box = fields();
    draft.values.forEach(([name, value], i) => {
      const f = box[i] && box[i].name === name ? box[i] : null;
      if (!f) return;
      if (f.type === 'checkbox' || f.type === 'radio') f.checked = value[1] && f.value === value[0];
      else if (f.multiple) Array.from(f.options).forEach(o => { o.selected = value.indexOf(o.value) >= 0; });
      else f.value = value;
      if (window.jQuery) window.jQuery(f).trigger('change'); else f.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
  function tell(words, choices) {
    const box = document.createElement('div');
    box.className = 'alert alert-info';
    box.setAttribute('role', 'status');
    const text = box.appendChild(document.createElement('div'));
    text.textContent = words;
    Object.entries(choices).forEach(([label, act]) => {
      const button = text.appendChild(document.createElement('button'));
      button.type = 'button';
      button.className = 'as-link drop';
      button.textContent = label;
      button.addEventListener('click', () => { act(); box.remove(); });
    });
    (form.closest('.two, .one') || form).insertAdjacentElement('beforebegin', box);
  }
  function drop() {
    const again = () => location.reload();
    store.removeItem(key);
    document.dispatchEvent(new CustomEvent('site:clean'));
    if (far) post('/kept/draft/drop/', {}).then(again, again); else again();
  }

  const box = document.getElementById('draft');
  const far = box && JSON.parse(box.textContent);
  const draft = read(key) || far;
  // the server's own answer to a faulty form is newer than any draft
  if (draft && faulty) store.setItem(key, JSON.stringify(Object.assign(draft, { sent: false, refused: true })));
  else if (draft && draft.refused) {
    tell('您 ' + draft.at + ' 有一份没有提交成功的内容。', { '恢复': () => put(draft), '不要了': () => store.removeItem(key) });
  } else if (draft && JSON.stringify(draft.values) !== initial) {
    put(draft);
    tell('已恢复您 ' + draft.at + ' 暂存的内容。', { '不要了，恢复原样': drop });
  }
  setInterval(() => save(false), 30000);
  window.addEventListener('pagehide', () => { if (!form.dataset.sent && JSON.stringify(values()) !== initial && read(key)) save(false); });
  form.addEventListener('submit', () => save(true));
  document.querySelectorAll('[data-save-draft]').forEach(b => b.addEventListener('click', send));
  document.querySelectorAll('[data-cancel]').forEach(a => a.addEventListener('click', () => store.removeItem(key)));
})();
