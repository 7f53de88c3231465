/* Keys: / find · ? list of keys · J K rows · X pick · O open · Ctrl+S keep · Ctrl+Enter submit · Alt+← list · Esc close.
   Single letters only outside inputs, and never while a Chinese input method is composing. */
(function () {
  'use strict';
  const KEYS = [['/', '查找'], ['Enter', '查询'], ['Ctrl+S', '暂存'], ['Ctrl+Enter', '提交'], ['J K', '下一行、上一行'],
    ['X', '选中行'], ['O', '打开'], ['Alt+←', '返回列表'], ['Esc', '收起、取消'], ['?', '按键表']];
  const one = css => document.querySelector(css);
  const typing = el => /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && el.type !== 'checkbox' && el.type !== 'radio' || el.isContentEditable;
  const rows = () => Array.from(document.querySelectorAll('.model-list tbody tr')).filter(r => r.querySelector('a'));

  function step(by) {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex(r => r.classList.contains('at'));
    const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
    list.forEach(r => r.classList.toggle('at', r === next));
    next.querySelector('a').focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
  function onRow(css) {
    const found = one('.model-list tr.at ' + css);
    if (found) found.click();
  }
  function keyList() {
    const old = one('.keys-card');
    if (old) { old.remove(); return; }
    const card = document.createElement('section');
    card.className = 'keys-card';
    card.tabIndex = -1;
    card.setAttribute('aria-label', '按键表');
    const title = document.createElement('h2');
    title.textContent = '按键';
    const list = document.createElement('dl');
    KEYS.forEach(([key, what]) => {
      const kbd = document.createElement('kbd');
      kbd.textContent = key;
      list.appendChild(document.createElement('dt')).appendChild(kbd);
      list.appendChild(document.createElement('dd')).textContent = what;
    });
    card.append(title, list);
    document.body.appendChild(card);
    card.focus();
  }
  function escape() {
    const card = one('.keys-card');
    if (card) card.remove();
    document.dispatchEvent(new CustomEvent('site:escape'));
  }
  function press(css) {
    const el = one(css);
    if (el) el.click();
    return !!el;
  }

  const LETTERS = {
    '/': () => { const box = one('.top-search input'); if (box) { box.focus(); box.select(); } },
    '?': keyList,
    j: () => step(1),
    k: () => step(-1),
    x: () => onRow('.action-checkbox'),
    o: () => onRow('a')
  };

  document.addEventListener('keydown', e => {
    if (e.isComposing || e.keyCode === 229 || e.defaultPrevented) return;
    if (e.key === 'Escape') { escape(); return; }
    const ctrl = e.ctrlKey || e.metaKey;
    if (ctrl && e.key.toLowerCase() === 's') { if (press('[data-save-draft]')) e.preventDefault(); return; }
    if (ctrl && e.key === 'Enter') { if (press('form[data-guard] .submit-row [type=submit]')) e.preventDefault(); return; }
    if (e.altKey && e.key === 'ArrowLeft') { if (press('[data-back]')) e.preventDefault(); return; }
    if (ctrl || e.altKey || typing(e.target)) return;
    const act = LETTERS[e.key.toLowerCase()];
    if (act) { e.preventDefault(); act(); }
  });
})();
