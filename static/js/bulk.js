/* Picking rows and acting on them: while rows are picked the bulk bar stands in place of the toolbar; a verb first opens a
   strip that says what, how many and what it leaves behind; its button repeats verb and count. */
(function () {
  'use strict';
  const bar = document.getElementById('bulk');
  if (!bar) return;
  const strip = document.getElementById('confirm');
  const part = name => strip.querySelector('[data-' + name + ']');
  const boxes = Array.from(document.querySelectorAll('.action-checkbox'));
  const toggle = document.querySelector('.action-rowtoggle');
  const columns = document.querySelector('.cols-box');
  const home = columns && columns.parentNode.insertBefore(document.createComment('columns'), columns);
  const everything = bar.querySelector('[data-all]');
  let whole = 0;       // total of the filtered list while all of it is meant
  let verb = null;     // the pressed button
  const note = document.getElementById('note');

  const picked = () => boxes.filter(b => b.checked).length;
  const most = everything ? Number(everything.dataset.most) : 0;   // rows one press takes at most, the most urgent first
  const number = () => Math.min(whole, most || whole) || picked();
  // of how many the state does not allow it: they are refused one by one and stay as they are
  function barred(held) {
    const able = whole ? JSON.parse(everything.dataset.able || '{}')[verb.value] ?? number()
      : held.filter(b => !('able' in b.dataset) || b.dataset.able.split(' ').includes(verb.value)).length;
    return able < number() ? '其中 ' + spoken(number() - able) + ' 条现在的状态不能' + verb.dataset.verb + '，会跳过并说明。' : '';
  }
  // whom it reaches: how many units, and how many of the matters were nudged today
  function reach() {
    const held = whole ? [] : boxes.filter(b => b.checked);
    const units = whole ? Number(everything.dataset.units || 0) : new Set(held.map(b => b.dataset.unit).filter(Boolean)).size;
    const nudged = verb.value !== 'nudge' ? 0 : whole ? Number(everything.dataset.nudged || 0) : held.filter(b => Number(b.dataset.nudged)).length;
    const times = held.reduce((sum, b) => sum + Number(b.dataset.nudged || 0), 0);
    return (units ? '涉及 ' + spoken(units) + ' 个单位' : '') + (verb.value === 'nudge' && units
      ? '，其中 ' + spoken(nudged) + ' 条今天已催办' + (times ? ' ' + spoken(times) + ' 次' : '') + (nudged ? '、不再重复' : '') : '') + (units ? '。' : '') + barred(held);
  }
  const spoken = n => n.toLocaleString('en-US');

  function close() {
    strip.hidden = true;
    if (verb) verb.focus();
    verb = null;
  }
  function show() {
    const n = picked();
    if (!n || n < boxes.length) whole = 0;
    bar.elements.scope.value = whole ? 'all' : 'page';
    bar.querySelector('[data-picked] b').textContent = spoken(whole || picked());
    bar.classList.toggle('on', n > 0);
    if (columns) {
      if (n) bar.appendChild(columns); else home.parentNode.insertBefore(columns, home);
    }
    boxes.forEach(b => b.closest('tr').classList.toggle('picked', b.checked));
    if (toggle) {
      toggle.checked = n > 0 && n === boxes.length;
      toggle.indeterminate = n > 0 && n < boxes.length;
    }
    if (!n && !strip.hidden) close();
    if (verb) ask();
  }
  function ask() {
    const words = verb.dataset.verb + ' ' + spoken(number()) + ' 条';
    part('ask').textContent = '确认' + words + '？';
    part('about').textContent = (whole > number() ? '共 ' + spoken(whole) + ' 条，一次最多 ' + spoken(most) + ' 条，先办排在前面的。' : '') + reach() + verb.dataset.text;
    part('yes').textContent = '确认' + words;
    part('remark').hidden = !verb.dataset.note;
    part('said').textContent = verb.dataset.label;
    note.placeholder = verb.dataset.note;
    note.required = 'required' in verb.dataset;
    strip.hidden = false;
  }
  function pickAll(on) {
    boxes.forEach(b => { b.checked = on; });
    show();
  }

  boxes.forEach(b => b.addEventListener('change', show));
  if (toggle) toggle.addEventListener('change', () => pickAll(toggle.checked));
  if (everything) {
    everything.addEventListener('click', e => {
      e.preventDefault();
      boxes.forEach(b => { b.checked = true; });
      whole = Number(everything.dataset.all);
      show();
      if (everything.dataset.reach && !everything.dataset.units) {
        fetch(everything.dataset.reach).then(answer => answer.json()).then(about => {
          Object.assign(everything.dataset, about, {able: JSON.stringify(about.able)});
          if (verb) ask();
        }).catch(() => {});   // it is told whom it reaches only after the press, then
      }
    });
  }
  bar.querySelector('[data-none]').addEventListener('click', e => { e.preventDefault(); pickAll(false); });
  bar.addEventListener('click', e => {
    const pressed = e.target.closest('[name=action]');
    if (!pressed || bar.dataset.sure === pressed.value) return;
    e.preventDefault();
    verb = pressed;
    ask();
    if (verb.dataset.note) note.focus(); else part('yes').focus();
  });
  // Enter in the remark means the confirmed verb, not the first button of the bar
  note.addEventListener('keydown', e => {
    if (e.key !== 'Enter' || e.isComposing) return;
    e.preventDefault();
    part('yes').click();
  });
  part('yes').addEventListener('click', () => {
    if (note.required && !note.value.trim()) {
      part('about').textContent = '请先填写' + verb.dataset.label + '。';
      note.setAttribute('aria-invalid', 'true');
      note.focus();
      return;
    }
    bar.dataset.sure = verb.value;
    verb.click();
    delete bar.dataset.sure;
    strip.hidden = true;
    verb = null;
  });
  part('no').addEventListener('click', close);
  document.addEventListener('site:escape', () => { if (!strip.hidden) close(); });
  window.addEventListener('pageshow', show);
  show();
})();
