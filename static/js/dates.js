/* Date boxes take what officials type: 20240520, 2024.5.20, 2024年5月20日, 5月20日, 0520, 今天. The box then shows 2024-05-20.
   data-date="range" takes two days and shows 2024-05-20 至 2024-05-22; it is sent as "… to …", as Flask-Admin reads it. */
(function () {
  'use strict';
  const two = n => String(n).padStart(2, '0');
  const iso = d => d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate());
  const DAYS = { 昨天: -1, 今天: 0, 明天: 1, 后天: 2 };

  function day(text) {
    const s = text.trim();
    if (s in DAYS) {
      const d = new Date();
      d.setDate(d.getDate() + DAYS[s]);
      return iso(d);
    }
    const year = new Date().getFullYear();
    const m = /^(\d{4})(\d{2})(\d{2})$/.exec(s) || /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(s);
    const short = !m && (/^(\d{2})(\d{2})$/.exec(s) || /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(s));
    const [y, mo, d] = m ? m.slice(1, 4).map(Number) : short ? [year, Number(short[1]), Number(short[2])] : [0, 0, 0];
    const made = new Date(y, mo - 1, d);
    return y && made.getMonth() === mo - 1 && made.getDate() === d ? iso(made) : null;
  }
  function range(text) {
    const parts = text.split(/\s*(?:至|到|~|～|—+|\bto\b)\s*|\s+-\s+|\s+/).filter(Boolean);
    if (parts.length !== 2) return null;
    const days = parts.map(day);
    return days[0] && days[1] ? days.sort().join(' 至 ') : null;
  }
  function tidy(box) {
    const clean = box.dataset.date === 'range' ? range(box.value) : day(box.value);
    if (clean && clean !== box.value) box.value = clean;
  }

  const CSS = 'input[data-date], input[data-role=datepicker]';
  document.addEventListener('change', e => { if (e.target.matches && e.target.matches(CSS)) tidy(e.target); }, true);
  document.addEventListener('submit', e => {
    e.target.querySelectorAll(CSS).forEach(box => {
      tidy(box);
      if (box.dataset.date === 'range') box.value = box.value.replace(' 至 ', ' to ');
    });
  }, true);
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('input[data-date=range]').forEach(box => { box.value = box.value.replace(' to ', ' 至 '); });
  });
})();
