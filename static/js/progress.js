/* Long imports: asks every second how far it is, opens the result when it is done. */
(function () {
  'use strict';
  var box = document.getElementById('progress');
  if (!box) return;
  var words = box.querySelector('[role=status]');
  var bar = box.querySelector('progress');
  function ask() {
    fetch(box.getAttribute('data-progress'), { credentials: 'same-origin' }).then(function (answer) {
      return answer.json();
    }).then(function (now) {
      if (!now.busy) { location.reload(); return; }
      if (words.textContent !== now.words) words.textContent = now.words;
      if (now.whole) { bar.max = now.whole; bar.value = now.done; } else { bar.removeAttribute('value'); }
      setTimeout(ask, 1000);
    }).catch(function () { setTimeout(ask, 5000); });
  }
  setTimeout(ask, 500);
})();
