/* The password over the page: typing keeps the log-in awake; after a pause the page is covered until the password is given again,
   and a form that is sent too late waits for it. Nothing typed, and no chosen file, is lost. */
(function () {
  'use strict';
  const about = document.querySelector('meta[name=awake]');
  if (!about || !window.HTMLDialogElement) return;
  const limit = Number(about.dataset.seconds) * 1000;
  const token = document.querySelector('input[name=csrf_token]');
  let heard = Date.now(); // when the server last heard from us
  let touched = false;
  let box = null;
  let waiting = null;

  function send(url, values) {
    const body = new URLSearchParams(values || {});
    if (token) body.set('csrf_token', token.value);
    return fetch(url, { method: 'POST', body: body, credentials: 'same-origin', redirect: 'manual' });
  }
  function field(form, name, words, type, complete) {
    const group = form.appendChild(document.createElement('div'));
    group.className = 'form-group';
    const label = group.appendChild(document.createElement('label'));
    label.htmlFor = 'wake-' + name;
    label.textContent = words;
    const input = group.appendChild(document.createElement('input'));
    Object.assign(input, { id: 'wake-' + name, name: name, type: type, autocomplete: complete, className: 'form-control' });
    return input;
  }
  function cover() {
    if (box) return;
    box = document.body.appendChild(document.createElement('dialog'));
    box.className = 'wake';
    box.setAttribute('aria-labelledby', 'wake-title');
    const form = box.appendChild(document.createElement('form'));
    const title = form.appendChild(document.createElement('h2'));
    title.id = 'wake-title';
    title.textContent = '请重新输入口令';
    form.appendChild(document.createElement('p')).textContent = about.dataset.name + '，您离开得久了一些。页面上的内容都在，输入口令后继续。';
    const said = form.appendChild(document.createElement('p'));
    said.className = 'text-danger';
    said.setAttribute('role', 'alert');
    const password = field(form, 'password', '口令', 'password', 'current-password');
    const code = about.dataset.code ? field(form, 'code', '动态口令', 'text', 'one-time-code') : null;
    const button = form.appendChild(document.createElement('button'));
    button.className = 'btn btn-primary';
    button.textContent = '继续';
    box.addEventListener('cancel', e => e.preventDefault());
    // a second Escape closes it all the same
    box.addEventListener('close', () => { if (box) { box.showModal(); password.focus(); } });
    form.addEventListener('submit', e => {
      e.preventDefault();
      e.stopPropagation();
      button.disabled = true;
      send(about.dataset.again, { password: password.value, code: code ? code.value : '' }).then(answer => {
        button.disabled = false;
        if (answer.ok) return awake();
        password.value = '';
        return answer.json().then(found => { said.textContent = found.error; password.focus(); });
      }).catch(() => { button.disabled = false; said.textContent = '没有连上服务器，请稍后再试。'; });
    });
    box.showModal();
    password.focus();
  }
  function awake() {
    heard = Date.now();
    touched = false;
    box.close();
    box.remove();
    box = null;
    if (waiting) {
      const [form, button] = waiting;
      waiting = null;
      if (button && button.form === form) form.requestSubmit(button); else form.requestSubmit();
    }
  }
  function look() {
    if (box) return;
    if (Date.now() - heard >= limit) cover();
    else if (touched && Date.now() - heard > Math.min(limit / 3, 120000)) {
      touched = false;
      send(about.dataset.ping).then(answer => { if (answer.status === 204) heard = Date.now(); else if (answer.status === 401) cover(); }).catch(() => {});
    }
  }
  ['keydown', 'pointerdown', 'input'].forEach(kind => document.addEventListener(kind, () => { touched = true; }, { passive: true }));
  document.addEventListener('visibilitychange', look);
  setInterval(look, 15000);
  // before the other scripts mark the form as sent
  window.addEventListener('submit', e => {
    const method = e.target.getAttribute('method') || '';  // a field called method (送达方式) hides the property
    if (box || method.toLowerCase() !== 'post' || Date.now() - heard < limit) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    waiting = [e.target, e.submitter];
    cover();
  }, true);
})();
