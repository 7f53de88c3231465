/* List tables: row height, focus on the rows after paging. */
(function () {
  'use strict';
  const root = document.documentElement;
  const button = document.querySelector('[data-compact]');
  if (button) {
    const show = () => button.setAttribute('aria-pressed', String(!root.classList.contains('roomy')));
    button.addEventListener('click', () => {
      const roomy = root.classList.toggle('roomy');
      try { localStorage.setItem('rows', roomy ? 'roomy' : 'compact'); } catch (e) { /* not kept */ }
      show();
    });
    show();
  }
  const rows = document.getElementById('rows');
  if (rows && /[?&]page=\d/.test(location.search) && !document.querySelector('main .alert')) rows.focus({ preventScroll: true });
})();
