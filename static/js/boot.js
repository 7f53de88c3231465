/* Runs in <head>, before the first paint: language, and what the reader chose to see (sidebar, row height). */
(function () {
  'use strict';
  var root = document.documentElement;
  root.lang = 'zh-CN';
  root.classList.add('js');
  try {
    if (localStorage.getItem('fold') === '1') root.classList.add('folded');
    if (localStorage.getItem('rows') === 'roomy') root.classList.add('roomy');
  } catch (e) { /* storage switched off: the defaults stay */ }
})();
