/* 复制表格: puts a table on the clipboard as a table, ready for WPS or Excel. */
(function () {
  'use strict';
  document.addEventListener('click', e => {
    const button = e.target.closest('[data-copy]');
    if (!button) return;
    const range = document.createRange();
    range.selectNode(document.getElementById(button.dataset.copy));
    const picked = window.getSelection();
    picked.removeAllRanges();
    picked.addRange(range);
    const done = document.execCommand('copy');
    picked.removeAllRanges();
    button.textContent = done ? '已复制，可粘贴到 WPS' : '请选中表格后按 Ctrl+C';
  });
})();
