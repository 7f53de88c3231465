/* Flask-Admin's stock templates carry onclick= attributes, which a strict policy refuses to run. Each of them is done here
   instead. Where the policy is off, el.onclick is a function and nothing happens twice. */
(function () {
  'use strict';
  document.addEventListener('click', e => {
    const el = e.target.closest('[onclick]');
    if (!el || typeof el.onclick === 'function') return;
    const code = el.getAttribute('onclick');
    let m;
    if ((m = /modelActions\.execute\('([^']+)'/.exec(code))) {
      e.preventDefault();
      window.modelActions.execute(m[1]);
    } else if ((m = /safeConfirm\('([^']+)'/.exec(code))) {
      if (!window.confirm(m[1])) e.preventDefault();
    } else if ((m = /addInlineField\(this, '([^']+)'/.exec(code))) {
      e.preventDefault();
      window.faForm.addInlineField(window.jQuery(el), m[1]);
    }
  });
  // javascript: links are refused as well; without this they would be reported on every press
  document.addEventListener('click', e => {
    const el = e.target.closest('a[href^="javascript:"]');
    if (el) e.preventDefault();
  });
  // what a modal brings along has another nonce, so its Select2 boxes are set up here
  if (window.jQuery) {
    window.jQuery(document).ajaxComplete(() => {
      if (window.faForm) window.faForm.applyGlobalStyles(window.jQuery('.modal-content'));
    });
  }
})();
