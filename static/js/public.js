/* The public page: counting characters, names of chosen files, the chosen option in colour. All of it works without as well. */
(function () {
  'use strict';
  document.querySelectorAll('[data-count]').forEach(function (box) {
    var shown = document.getElementById(box.getAttribute('data-count'));
    var count = function () { shown.textContent = Array.from(box.value).length + ' / ' + box.maxLength; };
    box.addEventListener('input', count);
    count();
  });
  document.querySelectorAll('[data-pick]').forEach(function (button) {
    var input = document.getElementById(button.getAttribute('data-pick'));
    var names = input.closest('.form-group').querySelector('[data-names]');
    button.hidden = false;
    input.hidden = true;
    button.addEventListener('click', function () { input.click(); });
    input.addEventListener('change', function () {
      names.textContent = Array.from(input.files).map(function (file) { return file.name; }).join('、');
    });
  });
  document.querySelectorAll('.opts').forEach(function (group) {
    group.addEventListener('change', function () {
      group.querySelectorAll('label').forEach(function (label) { label.classList.toggle('on', label.querySelector('input').checked); });
    });
  });
  var summary = document.getElementById('err');
  if (summary) summary.focus();
})();
