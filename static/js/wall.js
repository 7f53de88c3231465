/* The wall turns to its next page, or to newer figures, by itself; while it is being used by keyboard or pointer it waits. */
(function () {
  'use strict';
  var wall = document.body;
  var rest = Number(wall.getAttribute('data-seconds')) * 1000;
  var timer;
  function turn() { location.assign(wall.getAttribute('data-next')); }
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(turn, rest);
  }
  document.addEventListener('keydown', wait);
  document.addEventListener('pointerdown', wait);
  wait();
})();
