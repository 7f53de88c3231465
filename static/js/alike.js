/* While a demand is typed in: the same enterprise or telephone with a title alike, shown beside the form. */
(function () {
  'use strict';
  const card = document.querySelector('[data-alike]');
  const form = document.querySelector('form[data-guard]');
  if (!card || !form) return;
  const box = name => form.querySelector('[name=' + name + ']');
  const fields = { title: box('title'), enterprise: box('enterprise'), phone: box('contact_phone') };
  let asked = '';

  function show(found) {
    const list = card.querySelector('ul');
    list.textContent = '';
    found.rows.forEach(row => {
      const item = list.appendChild(document.createElement('li'));
      const link = item.appendChild(document.createElement('a'));
      link.className = 'cut title-link';
      link.href = row.url;
      link.target = '_blank';
      link.rel = 'noopener';
      link.title = link.textContent = row.title;
      const end = item.appendChild(document.createElement('span'));
      end.className = 'end';
      end.textContent = row.end;
    });
    card.querySelector('.card-foot span').textContent = found.note || '';
    card.hidden = !found.rows.length;
  }
  function ask() {
    const query = new URLSearchParams();
    Object.entries(fields).forEach(([name, field]) => { if (field && field.value.trim()) query.set(name, field.value.trim()); });
    if (String(query) === asked) return;
    asked = String(query);
    if (!query.has('enterprise') && !query.has('phone')) { show({ rows: [] }); return; }
    fetch(card.dataset.alike + '?' + query, { credentials: 'same-origin' }).then(r => r.ok ? r.json() : { rows: [] }).then(show, () => {});
  }
  Object.values(fields).forEach(field => { if (field) field.addEventListener('change', ask); });
})();
