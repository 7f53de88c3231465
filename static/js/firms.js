/* Boxes for an enterprise (input[data-names]): names of the register are offered while one is typed; below the box stands whether
   what is written is in the register. Without script it is a plain box. */
(function () {
  'use strict';
  document.querySelectorAll('input[data-names]').forEach(box => {
    const list = document.body.appendChild(document.createElement('datalist'));
    list.id = 'names-of-' + box.id;
    box.setAttribute('list', list.id);
    const said = box.insertAdjacentElement('afterend', document.createElement('small'));
    said.className = 'form-text firm-known';
    said.setAttribute('aria-live', 'polite');
    let known = {}, asked = '', waiting = 0;

    function say() {
      const words = box.value.trim();
      const found = known[words] || known[words.toUpperCase()];
      said.textContent = found ? ['已入库', found.name === words ? found.code : found.name, found.town].filter(Boolean).join(' · ') : '';
    }
    function offer(rows) {
      known = {};
      rows.forEach(row => { known[row.name] = row; if (row.code) known[row.code] = row; });
      list.replaceChildren(...rows.map(row => {
        const option = document.createElement('option');
        option.value = row.name;
        option.label = [row.code, row.town].filter(Boolean).join(' · ');
        return option;
      }));
      say();
    }
    function ask() {
      const words = box.value.trim();
      if (words.length < 2 || words === asked || known[words]) { say(); return; }
      asked = words;
      fetch(box.dataset.names + '?' + new URLSearchParams({ q: words }), { credentials: 'same-origin' })
        .then(answer => answer.ok ? answer.json() : { rows: [] })
        .then(found => { if (asked === words) offer(found.rows); }, () => {});
    }
    box.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, 200); });
    ask();
  });
})();
