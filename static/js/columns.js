/* Choice of columns, kept on the server for each reader and list. */
(function () {
  'use strict';
  const button = document.querySelector('[data-columns]');
  const table = document.querySelector('#rows table');
  if (!button || !table) return;
  const menu = document.getElementById('columns');
  const heads = Array.from(table.querySelectorAll('th[data-col]'));
  const token = document.querySelector('.top-links [name=csrf_token]');
  const usual = heads.filter(h => 'opt' in h.dataset).map(h => h.dataset.col);   // hidden unless chosen

  function keep(names) {
    const body = new URLSearchParams({ panel: button.dataset.panel, csrf_token: token ? token.value : '' });
    if (names) body.set('hidden', names.join(','));
    fetch(button.dataset.columns, { method: 'POST', body: body, credentials: 'same-origin', keepalive: true }).catch(() => { /* chosen for this page only */ });
  }
  function hide(names) {
    heads.forEach(head => {
      const off = names.indexOf(head.dataset.col) >= 0;
      const at = Array.from(head.parentNode.children).indexOf(head);
      head.hidden = off;
      table.querySelectorAll('tbody tr').forEach(row => { if (row.cells.length > at) row.cells[at].hidden = off; });
    });
    button.querySelector('span').textContent = '列 ' + heads.filter(h => !h.hidden).length + '/' + heads.length;
  }
  function open(yes) {
    menu.hidden = !yes;
    button.setAttribute('aria-expanded', String(yes));
    if (yes) menu.querySelector('input').focus();
  }
  function choose(names) {
    keep(names);
    hide(names || usual);
    open(false);
    button.focus();
  }
  function fill() {
    menu.textContent = '';
    heads.forEach(head => {
      const label = document.createElement('label');
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.value = head.dataset.col;
      box.checked = !head.hidden;
      label.append(box, head.textContent.trim());
      menu.appendChild(label);
    });
    const foot = menu.appendChild(document.createElement('div'));
    foot.className = 'menu-foot';
    const reset = foot.appendChild(document.createElement('button'));
    reset.type = 'button';
    reset.className = 'as-link reset';
    reset.textContent = '恢复默认';
    reset.addEventListener('click', () => choose(null));
    const apply = foot.appendChild(document.createElement('button'));
    apply.type = 'button';
    apply.className = 'btn btn-primary btn-sm ml-auto';
    apply.textContent = '应用';
    apply.addEventListener('click', () => {
      const off = Array.from(menu.querySelectorAll('input')).filter(b => !b.checked).map(b => b.value);
      if (off.length < heads.length) choose(off);
    });
  }

  button.addEventListener('click', () => {
    if (menu.hidden) fill();
    open(menu.hidden);
  });
  document.addEventListener('click', e => { if (!menu.hidden && !e.target.closest('.cols-box')) open(false); });
  document.addEventListener('site:escape', () => { if (!menu.hidden) { open(false); button.focus(); } });
  hide(heads.filter(h => h.hidden).map(h => h.dataset.col));
})();
