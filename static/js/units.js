/* Boxes with a search line. Unit picker: select[data-role=unit-picker] is searched by short name, full name (data-hint) and
   pinyin initials (data-keys); the units chosen last in this browser stand below the list. Other boxes for several choices get
   the same look. Without script they stay ordinary selects. */
(function () {
  'use strict';
  const $ = window.jQuery;
  if (!$ || !$.fn.select2) return;
  const KEY = 'units';
  const recent = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch (e) { return []; } };
  function remember(id) {
    const list = [id].concat(recent().filter(x => x !== id)).slice(0, 8);
    try { localStorage.setItem(KEY, JSON.stringify(list)); } catch (e) { /* not kept */ }
  }
  const data = option => (option && option.dataset) || {};

  function show(item) {
    const d = data(item.element && item.element[0]);
    const row = $('<span>').text(item.text);
    const more = [d.hint, d.keys].filter(Boolean).join(' · ');
    return more ? row.add($('<span class="muted">').text(more)) : row;
  }
  function match(term, text, option) {
    const d = data(option[0]);
    const words = [text, d.hint || '', d.keys || ''].join('\n').toUpperCase();
    return term.toUpperCase().split(/\s+/).every(t => words.indexOf(t) >= 0);
  }
  function chips($select) {
    const known = recent().map(id => $select[0].querySelector('option[value="' + id.replace(/"/g, '') + '"]')).filter(Boolean).slice(0, 3);
    const drop = $('.select2-drop-active');
    drop.find('.recent').remove();
    if (!known.length) return;
    const line = $('<div class="recent">').text('最近：');
    known.forEach(o => $('<button type="button" class="chip">').text(o.text).appendTo(line).on('mousedown click', e => {
      e.preventDefault();
      $select.select2('val', $select[0].multiple ? ($select.val() || []).concat(o.value) : o.value, true).select2('close');
    }));
    drop.append(line);
  }

  // Select2 3.x calls its hidden text box a button, leaves its crosses and its empty boxes without a name and does not say which list a search line is for
  function name() {
    $('.select2-focusser').removeAttr('role');
    $('[role=combobox][aria-owns]').each(function () { this.setAttribute('aria-controls', this.getAttribute('aria-owns')); });
    $('.select2-search-choice-close').attr('aria-label', '去掉');
    $('a.select2-choice').each(function () {
      if (this.textContent.trim()) this.removeAttribute('aria-label'); else this.setAttribute('aria-label', '未选择');
    });
  }
  $(() => setTimeout(name));
  $(document).on('change', 'select', () => setTimeout(name));

  $(() => $('.admin-form select[multiple]:not([data-role])').select2({ width: 'resolve', placeholder: '可多选' }));
  $(() => $('select[data-role=unit-picker]').each(function () {
    const $select = $(this);
    $select.select2({
      width: 'resolve', matcher: match, formatResult: show, placeholder: $select.attr('data-placeholder') || (this.multiple ? '可多选，' : '') + '简称、全称或拼音首字母',
      allowClear: !!this.querySelector('option[value=""]') && !this.required
    });
    $select.on('select2-open', () => chips($select));
    $select.on('select2-loaded', () => {
      $('.select2-drop-active .select2-result-sub').attr('role', 'group').each(function () {
        this.setAttribute('aria-label', this.previousElementSibling.textContent);
      });
      name();
    });
    $select.on('change', () => [].concat($select.val() || []).forEach(remember));
  }));
})();
