/* Stock phrases: a chip puts its words where the cursor stands, or behind what is there. */
(function () {
  'use strict';
  document.addEventListener('click', e => {
    const chip = e.target.closest('[data-phrase-for]');
    if (!chip) return;
    const box = document.getElementById(chip.dataset.phraseFor);
    const words = chip.textContent.trim();
    const at = box.selectionStart || box.value.length;
    const before = box.value.slice(0, at);
    const after = box.value.slice(box.selectionEnd > at ? box.selectionEnd : at);
    const joint = before && !/[。；，、！？\s]$/.test(before) ? '；' : '';
    const stop = /[。！？]$/.test(words) || after ? '' : '。';
    box.value = before + joint + words + stop + after;
    box.focus();
    box.selectionStart = box.selectionEnd = box.value.length - after.length;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
})();
