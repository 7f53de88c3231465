/* Forms: ask before leaving unsaved words, send once only, say what is going on. */
(function () {
  'use strict';
  const guarded = document.querySelector('form[data-guard]');
  let dirty = false;
  let leaving = false;
  let pressed = null;

  if (guarded) {
    guarded.addEventListener('input', () => { dirty = true; });
    guarded.addEventListener('change', () => { dirty = true; });
    document.addEventListener('site:clean', () => { dirty = false; });
    window.addEventListener('beforeunload', e => {
      if (!dirty || leaving) return;
      e.preventDefault();
      e.returnValue = '';
    });
  }
  document.addEventListener('click', e => { pressed = e.target.closest('button[type=submit], input[type=submit]') || pressed; });

  function wait(button) {
    if (!button) return;
    const words = button.tagName === 'INPUT' ? button.value : button.textContent.trim();
    const shown = button.innerHTML;
    const slow = document.createElement('p');
    slow.className = 'busy-line';
    slow.setAttribute('role', 'status');
    slow.textContent = '还在办理，请稍候，不必重复提交。';
    const timers = [
      setTimeout(() => {
        if (button.tagName === 'INPUT') button.value = '正在' + words; else button.textContent = '正在' + words.replace(/^确认/, '') + '…';
        button.disabled = true;
      }, 300),
      setTimeout(() => { if (button.form) button.form.appendChild(slow); }, 10000)
    ];
    // a download leaves the page standing; so does the browser's back button
    const restore = () => {
      timers.forEach(clearTimeout);
      if (button.tagName === 'INPUT') button.value = words; else button.innerHTML = shown;
      button.disabled = false;
      slow.remove();
      if (button.form) delete button.form.dataset.sent;
    };
    window.addEventListener('pageshow', e => { if (e.persisted) restore(); });
    setTimeout(restore, 20000);
  }

  document.addEventListener('submit', e => {
    const form = e.target;
    if (e.defaultPrevented) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    if (form === guarded) leaving = true;
    const button = pressed && pressed.form === form ? pressed : form.querySelector('[type=submit]');
    wait(button);
  });

  // a form that begins with a box to write in is ready to be written in; on a phone that would call up the keyboard over it
  if (guarded && !document.getElementById('err') && !document.querySelector('main .alert') && window.matchMedia('(pointer: fine)').matches) {
    const first = Array.from(guarded.elements).find(f => f.type !== 'hidden' && f.type !== 'submit' && f.type !== 'button' && f.offsetParent !== null);
    if (first && /^(text|textarea)$/.test(first.type) && !first.readOnly && !first.dataset.role && !first.dataset.date && !first.value) first.focus({ preventScroll: true });
  }

  // choices side by side: the chosen one is tinted; a file button stands for the hidden file box
  document.addEventListener('change', e => {
    const seg = e.target.closest('.seg, .opts');
    if (seg) seg.querySelectorAll('label').forEach(l => l.classList.toggle('on', l.querySelector('input').checked));
    if (e.target.type === 'file') {
      const names = e.target.closest('.form-group').querySelector('[data-file-names]');
      if (names && e.target.files.length) names.textContent = Array.from(e.target.files).map(f => f.name).join('、');
    }
  });
  document.addEventListener('click', e => {
    const file = e.target.closest('[data-file]');
    if (file) document.getElementById(file.dataset.file).click();
  });

  // a link of the error summary leads to the control a person can use, which for Select2 is not the hidden one
  document.querySelectorAll('#err a').forEach(a => a.addEventListener('click', e => {
    const el = document.getElementById(a.getAttribute('href').slice(1));
    if (!el) return;
    e.preventDefault();
    const box = document.getElementById('s2id_' + el.id);
    const focusser = box && box.querySelector('.select2-focusser, .select2-input');
    (focusser || el).focus();
    (box || el).scrollIntoView({ block: 'center' });
  }));
  document.querySelectorAll('form.admin-form').forEach(f => { f.noValidate = true; });
})();
