/* Sidebar, things that open and shut, flash messages, printing, the letter's pages. */
(function () {
  'use strict';
  const root = document.documentElement;
  const all = (css, fn) => document.querySelectorAll(css).forEach(fn);
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch (e) { /* not kept */ } };

  all('[data-fold]', button => {
    const show = () => button.setAttribute('aria-expanded', String(!root.classList.contains('folded')));
    button.addEventListener('click', () => {
      keep('fold', root.classList.toggle('folded') ? '1' : '0');
      show();
    });
    show();
  });

  // menu groups stay as the reader left them; the one the reader is in is always open
  let groups = {};
  try { groups = JSON.parse(localStorage.getItem('groups') || '{}'); } catch (e) { /* as they come */ }
  all('.side details[data-group]', box => {
    const name = box.dataset.group;
    if (name in groups && !('here' in box.dataset)) box.open = groups[name];
    box.querySelector('summary').addEventListener('click', () => {
      groups[name] = !box.open;
      keep('groups', JSON.stringify(groups));
    });
  });
  const here = document.querySelector('.side .active');
  if (here && here.offsetTop + here.offsetHeight > here.closest('.side').clientHeight - 44) here.scrollIntoView({ block: 'center' });

  // a long opinion shows its first lines
  all('.timeline .long', p => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'as-link';
    const say = () => {
      button.textContent = p.classList.contains('open') ? '收起' : '展开全文';
      button.setAttribute('aria-expanded', String(p.classList.contains('open')));
    };
    button.addEventListener('click', () => { p.classList.toggle('open'); say(); });
    say();
    p.after(button);
  });

  function drawer(open) {
    root.classList.toggle('drawer', open);
    all('.menu-btn', b => b.setAttribute('aria-expanded', String(open)));
    const first = document.querySelector('.side .nav-link');
    if (open && first) first.focus();
  }
  all('[data-drawer]', b => b.addEventListener('click', () => drawer(!root.classList.contains('drawer'))));

  // data-open: id to show or hide; data-shut: id that shows the other way round; data-words: "shut open"
  all('[data-open]', button => {
    const box = document.getElementById(button.dataset.open);
    const other = button.dataset.shut && document.getElementById(button.dataset.shut);
    const words = (button.dataset.words || '').split(' ');
    const label = button.querySelector('span');
    button.addEventListener('click', () => {
      const open = box.hidden;
      box.hidden = !open;
      if (other) other.hidden = open;
      button.setAttribute('aria-expanded', String(open));
      if (label && words.length === 2) label.textContent = words[open ? 1 : 0];
    });
  });
  all('[data-open-query]', button => button.addEventListener('click', () => {
    const query = document.getElementById('query');
    if (query) button.setAttribute('aria-expanded', String(query.classList.toggle('open')));
  }));

  document.addEventListener('click', e => {
    const close = e.target.closest('[data-close]');
    if (close) close.closest('.alert').remove();
    if (e.target.closest('[data-print]')) {
      e.preventDefault();
      window.print();
    }
    const back = e.target.closest('[data-history]');
    if (back && window.history.length > 1 && document.referrer.startsWith(location.origin)) {
      e.preventDefault();
      window.history.back();
    }
  });

  all('select[data-go]', s => s.addEventListener('change', () => { location.href = s.value; }));

  all('[data-desk]', desk => {
    const sheet = desk.querySelector('.sheet');
    desk.querySelectorAll('[data-sheet]').forEach((link, i) => link.addEventListener('click', e => {
      e.preventDefault();
      sheet.src = link.href;
      sheet.alt = sheet.dataset.alt.replace('#', i + 1);
      desk.querySelectorAll('[data-sheet]').forEach(l => {
        l.classList.toggle('on', l === link);
        if (l === link) l.setAttribute('aria-current', 'page'); else l.removeAttribute('aria-current');
      });
    }));
    desk.querySelectorAll('[data-fit]').forEach(button => button.addEventListener('click', () => {
      desk.classList.toggle('wide', button.dataset.fit === 'width');
      desk.querySelectorAll('[data-fit]').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
    }));
  });

  // what is folded on screen is printed whole
  window.addEventListener('beforeprint', () => all('details[data-print-open]:not([open])', box => { box.open = true; box.dataset.shut = ''; }));
  window.addEventListener('afterprint', () => all('details[data-print-open][data-shut]', box => { box.open = false; delete box.dataset.shut; }));

  // menus that open without script shut with Esc, or when something else is touched
  const shut = (keep, back) => all('details[data-shuts][open]', box => {
    if (box.contains(keep)) return;
    box.open = false;
    if (back) box.querySelector('summary').focus();
  });
  document.addEventListener('click', e => shut(e.target, false));
  document.addEventListener('site:escape', () => { drawer(false); shut(null, true); });

  // after saving, the message is what the reader should hear first; on a faulty form, the summary
  const first = document.getElementById('err') || (document.querySelector('main .alert [data-close]') || { closest: () => null }).closest('.alert');
  if (first) first.focus();
})();
